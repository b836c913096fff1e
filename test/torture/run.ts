import { parseArgs } from 'node:util';
import { muteNegativeTimers } from '../../src/bus/kafka/mute-negative-timers.ts';
import { kafkaLacks } from '../support/kafka/kafka-jars.ts';
import { faultsOf, type TortureReport, torture } from './torture.ts';

// `npm run torture -- [--kills 25] [--minutes 120] [--seed N] [--pause 100]`: needs Java, and Maven once. Ends with code 1 where
// anything was lost, doubled, or other than the references say.

const print = (text: string): void => {
  process.stdout.write(`${text}\n`);
};

/** So many faults are printed; the rest are like them. */
const faultsShown = 40;

function wholeNumber(name: string, text: string): number {
  const number = Number(text);
  if (Number.isInteger(number) && number >= 0) return number;
  print(`--${name} takes a whole number, not "${text}"`);
  process.exit(2);
}

function show(report: TortureReport): void {
  const { kills, orderlyStops, brokerRestarts, hits } = report;
  print(`\n${kills} kills, ${orderlyStops} orderly stops, ${brokerRestarts} restarts of the broker`);
  print('what the kills hit:');
  for (const [hit, count] of [...hits].sort(([, a], [, b]) => b - a))
    print(`  ${String(count).padStart(5)}  ${hit}`);
  print(`events              ${report.events}`);
  print(`firings             ${report.firings}`);
  for (const [rule, count] of report.firingsByRule) print(`  ${String(count).padStart(7)}  ${rule}`);
  print(`firings lost        ${report.firingsLost.length}`);
  print(`firings doubled     ${report.firingsDoubled.length}`);
  print(`firings invented    ${report.firingsInvented.length}`);
  print(`incidents compared  ${report.incidents}, differences ${report.incidentFaults.length}`);
  print(`versions compared   ${report.versions}, faults ${report.versionFaults.length}`);
  print(`repeats known by id ${report.repeats}`);
  print(
    `wishes of persons   ${report.wishesDone} done, ${report.wishesRefused} refused, faults ${report.wishFaults.length}`,
  );
  print(`  of those merges   ${report.merges}, taken back ${report.unmerges}`);
  print(`idle partitions     ${passedIdle(report)}; at the end the wall clock ${wallClock(report)}`);
  print(
    `late events         ${report.late}, ${report.lateByEarlierLife} of them by what an earlier life had committed`,
  );
  print(`turns               faults ${report.turnFaults.length}`);
  print(`references disagree ${report.referenceFaults.length}`);
}

const passedIdle = ({ livesThatPassed }: TortureReport): string =>
  livesThatPassed === 0
    ? 'were NEVER passed: this shows nothing of them'
    : `passed in ${livesThatPassed} lives`;

const wallClock = ({ isByWallClock }: TortureReport): string =>
  isByWallClock ? 'settled the rest' : 'moved nothing';

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '25' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    minutes: { type: 'string', default: '120' },
    pause: { type: 'string', default: '100' },
  },
});
const lacks = kafkaLacks();
if (lacks !== undefined) {
  print(`torture needs a real Kafka: ${lacks}`);
  process.exit(3);
}
muteNegativeTimers();
// Exiting ends the broker and tocsin, and removes their folders; dying by the signal would not.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => process.exit(1));
const seed = wholeNumber('seed', values.seed);
print(`seed ${seed}`);
const report = await torture({
  kills: wholeNumber('kills', values.kills),
  limitMs: wholeNumber('minutes', values.minutes) * 60_000,
  seed,
  pauseMs: wholeNumber('pause', values.pause),
  say: print,
});
show(report);
const faults = faultsOf(report);
for (const fault of faults.slice(0, faultsShown)) print(fault);
if (faults.length > 0) print(`${faults.length} faults with seed ${seed}`);
process.exit(faults.length > 0 ? 1 : 0);
