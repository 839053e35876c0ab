import { Unwritable } from './unwritable.js';

/** What a part says of itself beside its value. */
export interface FormPartOptions {
  /** Its headers, beside those that have one value in the document. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Its media type. Default: that of the file, or of the document. */
  readonly contentType?: string;
  /** Default: the name of the file; none for what is a text. */
  readonly filename?: string;
}

/** A value of a form with what its part says of itself. */
export class FormPart implements FormPartOptions {
  declare readonly headers?: Readonly<Record<string, string>>;
  declare readonly contentType?: string;
  declare readonly filename?: string;

  constructor(
    readonly value: unknown,
    options: FormPartOptions,
  ) {
    Object.assign(this, options);
  }

  /** Anywhere else it would be one more object. */
  toJSON(): never {
    const rule = 'which only a field of a form in parts, or an item of its list, can be. Pass its value.';
    throw new Unwritable(`is made by formPart, ${rule}`);
  }
}

/**
 * Returns a value of a form in parts, or an item of a list in one, that is sent with headers, a media type or a file name of its
 * own.
 *
 * @example
 * await client.addPicture({ picture: formPart(bytes, { contentType: 'image/png', headers: { 'X-Rotation': '90' } }) });
 */
export function formPart<Value>(value: Value, options: FormPartOptions): Value {
  return new FormPart(value, options) as Value;
}
