import { startService } from '../../src/app/app.ts';
import { loadConfig } from '../../src/config/config.ts';
import { PinoLog } from '../../src/runtime/pino-log.ts';

// A child process: the whole service, as `tocsin run` composes it, which also tells its parent of each incident at the
// moment its transaction was committed. Argument: the configuration file. It ends when the parent disconnects.

/** An incident's group value `uid`, and the machine's monotonic clock, which processes share. */
export interface Committed {
  readonly uid: string;
  readonly atMs: number;
}

const loaded = loadConfig({ file: process.argv[2] ?? '', env: {}, cwd: process.cwd() });
if (!loaded.ok) throw new Error(JSON.stringify(loaded.failure));
const service = await startService(loaded.value, {
  log: new PinoLog({ level: 'warn', stream: process.stderr }),
});
service.onChange(({ kind, incident }) => {
  if (kind !== 'opened') return;
  const committed: Committed = {
    uid: String(incident.group['uid']),
    atMs: Number(process.hrtime.bigint()) / 1e6,
  };
  process.send?.(committed);
});
process.on('disconnect', () => {
  void service.stop(5_000).then(() => process.exit(0));
});
