import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { isIP } from 'node:net';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { CliError } from '@nexconn-kit/token-server/command-line';
import { dateNow } from '../system-time.js';

/** A certificate made on the spot, with the file that callers trust it by. */
export interface Certificate extends AsyncDisposable {
  readonly cert: string;
  readonly key: string;
  /** Path of the certificate, for `NODE_EXTRA_CA_CERTS`; removed when it is disposed of. */
  readonly file: string;
}

/** The flags that a certificate is made by. */
export interface CertificateFlags {
  readonly host?: string;
  /** The names behind `--tls`, or that there are none. */
  readonly tls?: true | readonly string[];
}

/** Longer than anybody runs a mock, shorter than clients accept of a certificate. */
const validityDays = 30;

/**
 * Returns a certificate for this machine, for the address that is listened on and the names behind `--tls`; undefined without it.
 *
 * @throws {CliError} FILE_NOT_WRITTEN
 */
export async function certificateOf({ host, tls }: CertificateFlags): Promise<Certificate | undefined> {
  if (tls === undefined) return undefined;
  return makeCertificate([...(tls === true ? [] : tls), ...(host ? [host] : [])]);
}

/**
 * Creates a certificate of its own for this machine and for the names, host names or addresses, and writes it to a file.
 *
 * @throws {CliError} FILE_NOT_WRITTEN
 */
export async function makeCertificate(names: readonly string[]): Promise<Certificate> {
  // Imported here: it takes a fifth of a second.
  const { generate } = await import('selfsigned');
  const altNames = [...new Set(['localhost', '127.0.0.1', '::1', hostname(), ...names])].map((name) =>
    isIP(name) === 0 ? { type: 2 as const, value: name } : { type: 7 as const, ip: name },
  );
  const { cert, private: key } = await generate([{ name: 'commonName', value: 'nexconn mock' }], {
    keyType: 'ec',
    algorithm: 'sha256',
    // A clock that is a little behind must not refuse it.
    notBeforeDate: new Date(dateNow() - 86_400_000),
    notAfterDate: new Date(dateNow() + validityDays * 86_400_000),
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', digitalSignature: true, keyCertSign: true, critical: true },
      { name: 'extKeyUsage', serverAuth: true },
      { name: 'subjectAltName', altNames },
    ],
  });
  const folder = await mkdtemp(join(tmpdir(), 'nexconn-mock-')).catch(refuseFolder);
  const file = join(folder, 'ca.pem');
  const remove = (): Promise<void> => rm(folder, { recursive: true, force: true });
  await writeFile(file, cert).catch((error) => remove().then(() => refuseFolder(error)));
  return { cert, key, file, [Symbol.asyncDispose]: remove };
}

function refuseFolder({ code }: NodeJS.ErrnoException): never {
  const message = `The certificate cannot be written to ${tmpdir()} (${code}). Set TMPDIR to a folder with room that may be written to.`;
  throw new CliError(message, { code: 'FILE_NOT_WRITTEN' });
}
