/**
 * Windows: a message box with buttons on the screen of whoever is logged in. The agent runs as SYSTEM in session 0, whose own
 * windows nobody sees; `WTSSendMessage` shows one in the person's session, takes its buttons, and closes by itself. It has
 * Windows' own labels only, so the text says what each means; what is chosen by default changes nothing.
 */
import { plainText } from '../text.ts';
import type { DialogAnswer, Question } from './platform.ts';

/** Reads the text from its input, so that nothing in it can become a command. Writes the button's number, or nothing. */
const script = (style: number, timeoutSeconds: number): string => `$ErrorActionPreference = 'Stop'
[Console]::InputEncoding = New-Object System.Text.UTF8Encoding $false
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
$there = $sessions | Where-Object { [RemoteAssist.Wts]::Query($_, 5) -and [RemoteAssist.Wts]::Query($_, 8) -eq '0' } | Select-Object -First 1
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

/** @param powershell runs a script with an input */
export const askInMessageBox = async (
  powershell: (script: string, options: { input: string; timeoutMs: number; signal: AbortSignal }) => Promise<string>,
  question: Question,
  signal: AbortSignal,
): Promise<DialogAnswer> => {
  const { style, text, yes, no } = choices(question);
  const seconds = Math.max(1, Math.floor(question.timeoutMs / 1000));
  const options = { input: `${plainText(question.text)}\n\n${text}`, timeoutMs: question.timeoutMs + 60_000, signal };
  let output: string;
  try {
    output = (await powershell(script(style | WARNING_ON_TOP, seconds), options)).trim();
  } catch {
    return signal.aborted ? 'none' : 'unavailable';
  }
  if (output === '') return 'unavailable';
  if (Number(output) === BUTTON.yes) return yes;
  return Number(output) === BUTTON.no ? no : 'none';
};
