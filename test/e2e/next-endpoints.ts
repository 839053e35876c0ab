import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

// What a person adds under spec/nexconn/: one file per path and per schema, and two lines for each path under `paths:`. A GET with
// parameters in the path and the query, one of them a list; a DELETE without a body, of which a header is sent and one answered;
// a body of one of two kinds, told by a discriminator; one that contains itself; a form with a file; and a list.
const addition = join(import.meta.dirname, 'second-endpoint');
const pathsOfDocument = `paths:
  /v4/group/leave:
    $ref: ./paths/group-leave.yaml
  /v4/device/{deviceId}:
    $ref: ./paths/device-remove.yaml
  /v4/group/tree:
    $ref: ./paths/group-tree.yaml
  /v4/notice/send:
    $ref: ./paths/notice-send.yaml
  /v4/picture/send:
    $ref: ./paths/picture-send.yaml
  /v4/user/{userId}:
    $ref: ./paths/user-by-id.yaml
`;

/** Adds the next endpoints to a copy of the project: files of YAML, and lines that name them. */
export async function addEndpoints(folder: string): Promise<void> {
  const spec = join(folder, 'spec/nexconn');
  await cp(addition, spec, { recursive: true });
  const document = await readFile(join(spec, 'openapi.yaml'), 'utf8');
  if (document.includes(pathsOfDocument)) return;
  await writeFile(join(spec, 'openapi.yaml'), document.replace(/^paths:\n/m, pathsOfDocument));
}
