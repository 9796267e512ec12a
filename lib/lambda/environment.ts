/** Reads a function's environment by its schema, once per cold start. */
import * as z from 'zod/mini';

/** @throws Error that names the variables which the stack forgot or got wrong */
export const readEnvironment = <S extends z.ZodMiniType>(schema: S): z.output<S> => {
  const parsed = z.safeParse(schema, process.env);
  if (parsed.success) return parsed.data;
  throw new Error(
    `environment: ${parsed.error.issues.map((issue) => issue.path.join('.')).join(', ')} not as expected`,
  );
};
