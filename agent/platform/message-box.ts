/**
 * Windows: a message box with buttons on the screen of whoever is logged in. The agent runs as SYSTEM in session 0, whose own
 * windows nobody sees; `WTSSendMessage` shows one in the person's session, takes its buttons, and closes by itself. It has
 * Windows' own labels only, so the text says what each means; what is chosen by default changes nothing.
 */
import { oneLine, plainText } from '../text.ts';
import type { Confirmation, Confirmed, DialogAnswer, Question } from './platform.ts';

/**
 * Reads the person's account, on the first line, and the text from its input, so that nothing in them can become a command.
 * Writes the button's number, or nothing.
 */
const script = (style: number, timeoutSeconds: number): string => `$ErrorActionPreference = 'Stop'
[Console]::InputEncoding = New-Object System.Text.UTF8Encoding $false
$user = [Console]::In.ReadLine()
$text = [Console]::In.ReadToEnd()
Add-Type -Namespace RemoteAssist -Name Wts -MemberDefinition @'
[DllImport("wtsapi32.dll", CharSet = CharSet.Unicode, SetLastError = true)]
public static extern bool WTSSendMessageW(IntPtr server, int session, string title, int titleBytes, string text, int textBytes, int style, int timeout, out int response, bool wait);
[DllImport("wtsapi32.dll", CharSet = CharSet.Unicode)]
public static extern bool WTSQuerySessionInformationW(IntPtr server, int session, int what, out IntPtr buffer, out int bytes);
[DllImport("wtsapi32.dll")]
public static extern void WTSFreeMemory(IntPtr buffer);
public static string Query(int session, int what) {
  IntPtr buffer; int bytes;
  if (!WTSQuerySessionInformationW(IntPtr.Zero, session, what, out buffer, out bytes)) return null;
  try { return what == 8 ? System.Runtime.InteropServices.Marshal.ReadInt32(buffer).ToString() : System.Runtime.InteropServices.Marshal.PtrToStringUni(buffer); }
  finally { WTSFreeMemory(buffer); }
}
'@
$sessions = Get-Process | Select-Object -ExpandProperty SessionId -Unique | Where-Object { $_ -ne 0 }
$there = $sessions | Where-Object { $name = [RemoteAssist.Wts]::Query($_, 5); $name -and ($user -eq '' -or $name -eq $user) -and [RemoteAssist.Wts]::Query($_, 8) -eq '0' } | Select-Object -First 1
if ($null -eq $there) { exit 0 }
$title = 'Remote assistance'
$response = 0
if ([RemoteAssist.Wts]::WTSSendMessageW([IntPtr]::Zero, $there, $title, 2 * $title.Length, $text, 2 * $text.Length, ${style}, ${timeoutSeconds}, [ref]$response, $true)) { $response }`;

const BUTTON = { cancel: 2, yes: 6, no: 7 } as const;
const WARNING_ON_TOP = 0x30 | 0x40000;
/** Yes, No, Cancel with Cancel as the default; Yes, No with No. */
const YES_NO_CANCEL = 0x3 | 0x200;
const YES_NO = 0x4 | 0x100;

const choices = ({ postponeMinutes, mayReject }: Question) => {
  const later = `Put it off for ${postponeMinutes} minutes?`;
  if (postponeMinutes === undefined) {
    return {
      style: YES_NO,
      text: 'Refuse this restart?\nNo: restart as announced.',
      yes: 'reject',
      no: 'none',
    } as const;
  }
  if (!mayReject)
    return { style: YES_NO, text: `${later}\nNo: restart as announced.`, yes: 'postpone', no: 'none' } as const;
  const text = `${later}\nNo: refuse this restart.\nCancel: restart as announced.`;
  return { style: YES_NO_CANCEL, text, yes: 'postpone', no: 'reject' } as const;
};

/** Runs a script with an input. */
type Powershell = (
  script: string,
  options: { input: string; timeoutMs: number; signal: AbortSignal },
) => Promise<string>;

type Box = { style: number; text: string; user: string | undefined; timeoutMs: number };

/** @returns the number of the button or of the timeout; `undefined` when nobody saw it */
const show = async (
  powershell: Powershell,
  { style, text, user, timeoutMs }: Box,
  signal: AbortSignal,
): Promise<number | undefined> => {
  const seconds = Math.max(1, Math.floor(timeoutMs / 1000));
  const options = { input: `${oneLine(user ?? '')}\n${plainText(text)}`, timeoutMs: timeoutMs + 60_000, signal };
  try {
    const output = (await powershell(script(style | WARNING_ON_TOP, seconds), options)).trim();
    return output === '' ? undefined : Number(output);
  } catch {
    return signal.aborted ? BUTTON.cancel : undefined;
  }
};

export const askInMessageBox = async (
  powershell: Powershell,
  question: Question,
  signal: AbortSignal,
): Promise<DialogAnswer> => {
  const { style, text, yes, no } = choices(question);
  const { timeoutMs } = question;
  const box = { style, text: `${question.text}\n\n${text}`, user: undefined, timeoutMs };
  const button = await show(powershell, box, signal);
  if (button === undefined) return 'unavailable';
  if (button === BUTTON.yes) return yes;
  return button === BUTTON.no ? no : 'none';
};

export const confirmInMessageBox = async (
  powershell: Powershell,
  { text, yes, no, user, timeoutMs }: Confirmation,
  signal: AbortSignal,
): Promise<Confirmed> => {
  const box = { style: YES_NO, text: `${text}\n\nYes: ${yes}.\nNo: ${no}.`, user, timeoutMs };
  const button = await show(powershell, box, signal);
  if (button === undefined) return 'unavailable';
  return button === BUTTON.yes ? 'yes' : 'no';
};
