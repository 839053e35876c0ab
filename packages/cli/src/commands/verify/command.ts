import { type CliContext, type Command, parseCount, parseTimestamp } from '@nexconn-kit/token-server/command-line';
import type { VerifyFlags } from './verify-capture.js';

const helpEnd = `
FILE, or stdin, is what was captured: header lines, the output of curl -v, a
curl command, JSON (an object, pairs, rawHeaders of Node), or a HAR file or one
of its entries. Requests without any of the four headers are passed over.

Judged are the form of each header, the signature, and whether a nonce comes
twice; the time of a request is judged where it is known, from a HAR file or by
--at. Neither the App Secret nor a signature is printed. While the App Secret is
rotated, NEXCONN_APP_SECRET_NEXT is tried as well.

Examples:
  curl -v … 2>&1 | nexconn verify
  nexconn verify headers.txt --at 1408710653000
  nexconn verify network.har --json

Exit codes:
  0  all signatures are right
  1  one is not
  2  wrong use, a setting is missing, or nothing was signed`;

/** Adds `nexconn verify`. */
export function addVerifyCommand(program: Command, context: CliContext): void {
  program
    .command('verify')
    .description('say whether captured headers are signed right, or which mistake was made')
    .argument('[file]', 'what was captured (default: stdin)')
    .option('--at <ms>', 'when it was sent, in Unix milliseconds (default: as captured)', parseTimestamp)
    .option('--clock-tolerance-ms <ms>', 'how far a Timestamp may lie from that', parseCount, 300_000)
    .option('--app-secret-file <file>', 'read the App Secret from this file instead of NEXCONN_APP_SECRET')
    .option('--json', 'print one JSON object, an error too')
    .addHelpText('after', helpEnd)
    .action(async (file: string | undefined, flags: VerifyFlags) => {
      const { verifyCapture } = await import('./verify-capture.js');
      await verifyCapture(file, flags, context);
    });
}
