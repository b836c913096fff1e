import { mappedFields, type SigmaProfile } from './sigma-profile.ts';

/** What Fluentd's parsers for nginx and Apache call the fields of an access log, W3C's names on the left. */
function webserver(client: string): SigmaProfile {
  return mappedFields({
    'c-ip': client,
    src_ip: client,
    'cs-username': 'user',
    'cs-method': 'method',
    'c-uri': 'path',
    'cs-uri': 'path',
    // The decoder's profile cuts the path at the question mark.
    'cs-uri-stem': 'url.path',
    'c-uri-stem': 'url.path',
    'cs-uri-query': 'url.query',
    'c-uri-query': 'url.query',
    'sc-status': 'code',
    'sc-bytes': 'size',
    'cs-referer': 'referer',
    'cs-referrer': 'referer',
    'cs-user-agent': 'agent',
    'c-useragent': 'agent',
    'cs-host': client === 'host' ? [] : 'host',
  });
}

export const nginx = webserver('remote');

/** In Apache's format `host` is the client. */
export const apache = webserver('host');
