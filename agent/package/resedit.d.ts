/**
 * What is used of `resedit`. Its own declarations ask for the browser's (`lib="dom"`), which would then count in every file
 * of the project; `tsconfig.json` names these in their place.
 */
declare module 'resedit' {
  type ResourceEntry = { type: number; id: string | number; lang: number; codepage: number; bin: ArrayBuffer };

  export class NtExecutable {
    static from(file: Uint8Array, options?: { ignoreCert?: boolean }): NtExecutable;
    generate(): ArrayBuffer;
  }

  export class NtExecutableResource {
    static from(program: NtExecutable): NtExecutableResource;
    readonly entries: ResourceEntry[];
    outputResource(program: NtExecutable): void;
  }

  export namespace Resource {
    type Language = { lang: number; codepage: number };
    class VersionInfo {
      static fromEntries(entries: readonly ResourceEntry[]): VersionInfo[];
      readonly fixedInfo: { fileVersionMS: number; fileVersionLS: number };
      getStringValues(language: Language): Record<string, string>;
      setFileVersion(major: number, minor: number, micro: number, revision: number, lang: number): void;
      setProductVersion(major: number, minor: number, micro: number, revision: number, lang: number): void;
      setStringValues(language: Language, values: Record<string, string>): void;
      outputToResourceEntries(entries: ResourceEntry[]): void;
    }
  }
}
