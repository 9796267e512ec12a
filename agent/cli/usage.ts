/** What is wrong with a command line, and the text that says how it is to be. */
export const USAGE = `Usage: agent COMMAND [OPTIONS]

  enroll --api URL --enrollment-token T [--name NAME] [--force]
      Makes this PC a managed device. Prints its id. Enrolling again needs --force.
      --enrollment-token-file PATH reads the token from a file, or from standard input
      where PATH is -, so that it stands neither in the process list nor in a history.
      Without --name the device has the PC's own name, and follows it when that changes.
  run [--dry-run [--honour-grace]] [--once] [--start-within SECONDS]
      [--max-restarts-per-day N] [--log-file PATH [--log-max-mb N] [--log-keep N]]
      [--consent-within SECONDS] [--socket PATH] [--stop-with-input]
      Polls for ever and does what is ordered; with --once, polls once and does that.
      --dry-run pretends each restart by changing its boot id, and skips the grace
      unless --honour-grace is given. The first poll comes within 60 seconds, or as said,
      and at once with --once or --dry-run. --max-restarts-per-day N (1 to 100) is the most
      that it restarts this PC within 24 hours: 3, or what device.json says. --log-file
      takes the log in place of stderr; at 10 MB (--log-max-mb) it becomes PATH.1, and
      5 old ones (--log-keep) are kept. --stop-with-input ends it well when its input ends, as
      the Windows service has it end.
  install [--print] [--log-file PATH] [--max-restarts-per-day N]
      Has the system start the agent (built as one file) by itself: a systemd unit, a
      scheduled task on Windows, a launchd daemon. --print shows the steps, and does none.
  uninstall [--print] [--purge] [--log-file PATH]
      Takes that back. --purge also removes what the device knows, and its logs.
  request-help --message M --name NAME [--email E] [--rustdesk-id ID] [--wait]
      Asks for help. Prints the request's id, also when it was made before and is open yet.
      With --wait, follows it to its end. An empty message is sent as a call without words,
      and of one over 1000 characters the start. On a terminal, what is not given is asked for.
  follow-help
      Follows the request that is open.
  end-help
      Takes the open request back, or ends the session.
  postpone [--minutes N], reject, restart-now
      What the person wants of the restart they were warned of: puts it off for 1 to 720
      minutes (60), refuses it, or does it at once. Needs the agent to run, and of the
      first two what the order allows.
  rotate-credential
      Replaces the device's credential now; the agent does it by itself every 30 days or so.
  status [--json]
      Who this device is, and what is under way.

Everywhere: --state-dir DIR, --help
With --wait and follow-help: --consent accept|refuse answers beforehand whether the admin
may connect; --consent-within SECONDS (default 120) is how long you are asked before that
is a no. Ctrl-C takes the request back, or ends the session. Where nobody follows, the agent
that runs asks with a dialog, and shows for as long as it lasts that somebody is connected.

To the server through a proxy: --proxy [http://[USER:PASSWORD@]]HOST[:PORT], or none;
--no-proxy HOSTS are reached directly; --ca-file PATH has the certificates of the company's
CA, which are trusted beside those of Node and the system. enroll and install keep all
three for the agent; run, rotate-credential and the help commands take them for once.
Without them, what HTTPS_PROXY, NO_PROXY and NODE_EXTRA_CA_CERTS say counts.

An account that may not read the state directory asks through the agent that runs. --socket
PATH is where that listens, and where it is asked, in place of the usual one.

Exit codes: 0 done, 1 the server or the platform refused, 2 wrong usage.
`;

/** A command line that cannot be understood: exit code 2. */
export class WrongUsage extends Error {
  override readonly name = 'WrongUsage';
}
