import { mappedFields } from './sigma-profile.ts';

const asked = (name: string): readonly string[] => [
  `dns.${name}`,
  `dns.queries.${name}`,
  `dns.query.${name}`,
];

/** Suricata's EVE JSON; names of DNS questions as in versions 2 and 3 of its DNS log. */
export const suricata = mappedFields({
  dst_ip: 'dest_ip',
  dst_port: 'dest_port',
  SourceIp: 'src_ip',
  SourcePort: 'src_port',
  DestinationIp: 'dest_ip',
  DestinationPort: 'dest_port',
  'c-ip': 'src_ip',
  query: asked('rrname'),
  QueryName: asked('rrname'),
  record_type: asked('rrtype'),
  answer: 'dns.answers.rdata',
  'c-uri': 'http.url',
  'cs-uri': 'http.url',
  'cs-uri-stem': 'http.url',
  'cs-uri-query': 'http.url',
  'c-uri-query': 'http.url',
  'cs-host': 'http.hostname',
  'r-dns': 'http.hostname',
  'cs-method': 'http.http_method',
  'c-useragent': 'http.http_user_agent',
  'cs-user-agent': 'http.http_user_agent',
  'cs-referer': 'http.http_refer',
  'cs-referrer': 'http.http_refer',
  'cs-version': 'http.protocol',
  'sc-status': 'http.status',
  'sc-bytes': 'http.length',
  action: 'alert.action',
});
