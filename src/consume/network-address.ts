const octet = '(?:25[0-5]|2[0-4]\\d|1?\\d?\\d)';
const ipv4 = new RegExp(`^${octet}\\.${octet}\\.${octet}\\.${octet}$`);
const ipv6 = /^[0-9a-fA-F:]{2,39}(?:\d{1,3}(?:\.\d{1,3}){3})?(?:%[\w.-]{1,32})?$/;

/** Whether a text is written like an IP address (not whether it exists; IPv6 by its letters and colons). */
export const isIpAddress = (text: string): boolean =>
  text.length <= 80 && (ipv4.test(text) || (text.includes(':') && ipv6.test(text)));

/** One end of a connection: an address where it is one, else the name it was logged under. */
export interface Endpoint {
  readonly ip?: string;
  readonly domain?: string;
  readonly port?: number;
}

/** The endpoint of a logged host (address or name) and port; undefined for an empty host and for sshd's `UNKNOWN`. */
export function endpointOf(host: string, port?: string | number): Endpoint | undefined {
  if (host === '' || host === 'UNKNOWN' || host === '-') return undefined;
  const name = isIpAddress(host) ? { ip: host } : { domain: host };
  const number = Number(port);
  return port !== undefined && Number.isInteger(number) && number >= 0 && number <= 65_535
    ? { ...name, port: number }
    : name;
}
