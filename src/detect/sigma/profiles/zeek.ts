import { mappedFields } from './sigma-profile.ts';

const client = ['id.orig_h', 'id_orig_h'];
const clientPort = ['id.orig_p', 'id_orig_p'];
const server = ['id.resp_h', 'id_resp_h'];
const serverPort = ['id.resp_p', 'id_resp_p'];

/** Zeek's JSON logs, and HELK's, which write `_` for the dot of the connection's names. */
export const zeek = mappedFields({
  src_ip: client,
  src_port: clientPort,
  dst_ip: server,
  dst_port: serverPort,
  'id.orig_h': client,
  'id.orig_p': clientPort,
  'id.resp_h': server,
  'id.resp_p': serverPort,
  SourceIp: client,
  SourcePort: clientPort,
  DestinationIp: server,
  DestinationPort: serverPort,
  'c-ip': client,
  'c-uri': 'uri',
  'cs-uri': 'uri',
  'cs-uri-stem': 'uri',
  'cs-uri-query': 'uri',
  'c-uri-query': 'uri',
  'cs-host': 'host',
  'r-dns': 'host',
  'cs-method': 'method',
  'c-useragent': 'user_agent',
  'cs-user-agent': 'user_agent',
  'cs-referer': 'referrer',
  'cs-referrer': 'referrer',
  'cs-version': 'version',
  'sc-status': 'status_code',
  'sc-bytes': 'response_body_len',
  'cs-bytes': 'request_body_len',
  record_type: 'qtype_name',
  answer: 'answers',
});
