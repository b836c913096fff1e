import { type Endpoint, endpointOf } from '../network-address.ts';

/** A text that ends with the address of the client, split there. */
export interface TextAndAddress {
  readonly before: string;
  readonly source: Endpoint | undefined;
}

const fromMarker = ' from ';
const fromAddress = /^(\S{1,255})(?: port (\d{1,5}))?(?: ssh\d)?$/;
const plainAddress = /^(\S{1,255}) port (\d{1,5})$/;

/**
 * Splits `TEXT from ADDRESS[ port N][ ssh2]` at the LAST ` from `: whoever connects chooses the user name, and a name
 * such as `x from 1.2.3.4 port 22 ssh2` must not pass for the address. sshd writes the real one at the end.
 */
export function splitFromAddress(text: string): TextAndAddress | undefined {
  const at = text.lastIndexOf(fromMarker);
  const found = at === -1 ? null : fromAddress.exec(text.slice(at + 6, at + 320));
  if (found === null || text.length - at > 320) return undefined;
  return { before: text.slice(0, at), source: endpointOf(found[1] ?? '', found[2]) };
}

/**
 * Splits `[WORDS USER ]ADDRESS port N`, the form of `Connection closed by invalid user x 1.2.3.4 port 22`: the address
 * is what stands before the LAST ` port `, as above.
 */
export function splitPlainAddress(text: string): TextAndAddress | undefined {
  const port = text.lastIndexOf(' port ');
  if (port === -1) {
    const only = text.includes(' ') ? undefined : endpointOf(text);
    return only === undefined ? undefined : { before: '', source: only };
  }
  const space = text.lastIndexOf(' ', port - 1);
  const found = plainAddress.exec(text.slice(space + 1, space + 320));
  if (found === null) return undefined;
  return { before: text.slice(0, Math.max(0, space)), source: endpointOf(found[1] ?? '', found[2]) };
}

/** The address at the beginning of a text: `1.2.3.4 port 22...`, `1.2.3.4: ...` or `1.2.3.4`. */
export function leadingAddress(text: string): Endpoint | undefined {
  const found = /^(\S{1,255})(?: port (\d{1,5}))?/.exec(text.slice(0, 320));
  if (found === null) return undefined;
  const [, host = '', port] = found;
  return port === undefined && host.endsWith(':') ? endpointOf(host.slice(0, -1)) : endpointOf(host, port);
}
