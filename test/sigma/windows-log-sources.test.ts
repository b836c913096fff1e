import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readYaml } from '../../src/config/sigma-yaml.ts';
import { windowsEvents } from '../../src/detect/sigma/windows-log-sources.ts';
import { plainValue } from '../../src/shared/plain-value.ts';
import { hasSharedData, sharedData } from '../support/shared-data.ts';
import { compileYaml, decodeWith, sigmaRule } from '../support/sigma-events.ts';
import { readTarFiles } from '../support/tar-files.ts';

const sysmon = 'Microsoft-Windows-Sysmon/Operational';
const classic = 'Windows PowerShell';

/** Specification 2.1, appendix "Taxonomy", copied once more: category, channels, event ids. */
const categories: readonly (readonly [string, readonly string[], readonly number[]])[] = [
  ['process_creation', [sysmon], [1]],
  ['process_creation', ['Security'], [4688]],
  ['file_change', [sysmon], [2]],
  ['network_connection', [sysmon], [3]],
  ['sysmon_status', [sysmon], [4, 16]],
  ['process_termination', [sysmon], [5]],
  ['driver_load', [sysmon], [6]],
  ['image_load', [sysmon], [7]],
  ['create_remote_thread', [sysmon], [8]],
  ['raw_access_thread', [sysmon], [9]],
  ['process_access', [sysmon], [10]],
  ['file_event', [sysmon], [11]],
  ['registry_event', [sysmon], [12, 13, 14]],
  ['registry_add', [sysmon], [12]],
  ['registry_delete', [sysmon], [12]],
  ['registry_set', [sysmon], [13]],
  ['registry_rename', [sysmon], [14]],
  ['create_stream_hash', [sysmon], [15]],
  ['pipe_created', [sysmon], [17, 18]],
  ['wmi_event', [sysmon], [19, 20, 21]],
  ['dns_query', [sysmon], [22]],
  ['file_delete', [sysmon], [23]],
  ['clipboard_capture', [sysmon], [24]],
  ['process_tampering', [sysmon], [25]],
  ['file_delete_detected', [sysmon], [26]],
  ['file_block_executable', [sysmon], [27]],
  ['file_block_shredding', [sysmon], [28]],
  ['file_executable_detected', [sysmon], [29]],
  ['sysmon_error', [sysmon], [255]],
  ['ps_classic_start', [classic], [400]],
  ['ps_classic_provider_start', [classic], [600]],
  ['ps_classic_script', [classic], [800]],
  ['ps_module', ['Microsoft-Windows-PowerShell/Operational', 'PowerShellCore/Operational'], [4103]],
  ['ps_script', ['Microsoft-Windows-PowerShell/Operational', 'PowerShellCore/Operational'], [4104]],
];

/** An event as evtx_dump writes it. */
const written = (channel: string, id: number, provider = 'x'): object => ({
  Event: {
    System: {
      Provider: { '#attributes': { Name: provider } },
      Channel: channel,
      EventID: id,
      Computer: 'pc-1',
    },
    EventData: { Details: 'x' },
  },
});

function tell(category: string): (event: object) => boolean {
  const rule = sigmaRule(
    "sel: {Computer: 'pc-*'}\ncondition: sel",
    `product: windows\ncategory: ${category}`,
  );
  const matches = compileYaml(rule, { source: { profile: 'evtx', logsource: { product: 'windows' } } });
  return (event) => matches(decodeWith('evtx', event).fields);
}

describe('a category of Windows', () => {
  test.each(categories)('%s is %j %j', (category, channels, ids) => {
    const takes = tell(category);
    const taken = channels.flatMap((channel) => ids.map((id) => takes(written(channel, id))));
    expect(taken).toEqual(taken.map(() => true));
    const others = [
      written('System', ids[0] ?? 0),
      written(channels[0] ?? '', 9_999),
      written('Security', 4625),
    ];
    expect(others.map(takes)).toEqual([false, false, false]);
  });

  test.each(['file_access', 'file_rename'])('%s is a trace of the kernel', (category) => {
    const takes = tell(category);
    expect(takes(written('', 12, 'Microsoft-Windows-Kernel-File'))).toBe(true);
    expect(takes(written(sysmon, 11))).toBe(false);
  });
});

const isHere = hasSharedData('sigmahq');

describe.skipIf(!isHere)('of the log sources that SigmaHQ uses', () => {
  const sources = [...(isHere ? readTarFiles(join(sharedData, 'sigmahq', 'rules.tar.gz')) : new Map())]
    .filter(([file]) => /\.ya?ml$/.test(file))
    .flatMap(([, text]) =>
      readYaml(text).documents.map(({ value }) => (plainValue(value) as { logsource: object }).logsource),
    )
    .map((logsource) => logsource as { product?: string; category?: string; service?: string })
    .filter(({ product }) => product === 'windows');

  test('every category of Windows is in the table above', () => {
    const used = new Set(sources.flatMap(({ category }) => (category === undefined ? [] : [category])));
    const known = new Set([...categories.map(([category]) => category), 'file_access', 'file_rename']);
    expect(used.size).toBeGreaterThan(20);
    expect([...used].filter((category) => !known.has(category))).toEqual([]);
  });

  test('every service of Windows stands for channels', () => {
    const used = new Set(sources.flatMap(({ service }) => (service === undefined ? [] : [service])));
    expect(used.size).toBeGreaterThan(30);
    expect(
      [...used].filter((service) => windowsEvents({ product: 'windows', service }) === undefined),
    ).toEqual([]);
  });
});
