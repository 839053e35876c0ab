import { Socket as DatagramSocket } from 'node:dgram';
import dns from 'node:dns';
import { writeFileSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { Socket } from 'node:net';

/** Loaded before a program: writes into the file CONNECTIONS_FILE what the program opened towards others. */
const opened = [];

function record(owner, name) {
  const original = owner[name];
  owner[name] = function recorded(...args) {
    opened.push(`${name} ${JSON.stringify(args.filter((arg) => typeof arg !== 'function'))}`);
    return original.apply(this, args);
  };
}

// All of TCP, TLS and fetch comes down to the first.
record(Socket.prototype, 'connect');
record(DatagramSocket.prototype, 'send');
record(DatagramSocket.prototype, 'connect');
for (const name of Object.keys(dns).filter((key) => /^(resolve|lookupService|reverse)/.test(key))) record(dns, name);
syncBuiltinESMExports();

process.on('exit', () => writeFileSync(process.env.CONNECTIONS_FILE, JSON.stringify(opened)));
