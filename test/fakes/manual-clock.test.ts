import { clockContract } from '../contracts/clock.ts';
import { ManualClock } from './manual-clock.ts';

clockContract('tests', () => {
  const clock = new ManualClock();
  return { clock, pass: (durationMs) => clock.pass(durationMs) };
});
