import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { ManualClock } from '../../../test/fakes/manual-clock.ts';
import { HttpStandIn } from '../../../test/support/http-stand-in.ts';
import { RecordingLog } from '../../../test/support/recording-log.ts';
import { MetricsRegistry } from '../../runtime/metrics-registry.ts';
import { Secret } from '../../shared/secret.ts';
import { keepBeating } from './heartbeat.ts';

const watch = new HttpStandIn();
beforeAll(() => watch.start());
afterAll(() => watch.stop());
beforeEach(() => {
  watch.answerAlways(null);
  watch.posts.length = 0;
});

/** A heart that beats once a minute, until the end of the test. */
class Heart {
  readonly clock = new ManualClock();
  readonly log = new RecordingLog();
  readonly metrics = new MetricsRegistry();
  readonly #stopping = new AbortController();
  readonly #beating: Promise<void>;
  silent: string | null = null;

  constructor(headers: Readonly<Record<string, Secret>> = {}) {
    const url = new Secret(`${watch.origin}/ping/top-secret`);
    const whySilent = (): string | null => this.silent;
    const { clock, log, metrics } = this;
    this.#beating = keepBeating(
      { url, headers, everyMs: 60_000 },
      { clock, log, metrics, whySilent },
      this.#stopping.signal,
    );
  }

  /** So many minutes, each with what it brings. */
  async minutes(count: number): Promise<void> {
    for (let minute = 0; minute < count; minute += 1) {
      const before = this.counted;
      await this.clock.pass(60_000);
      await expect.poll(() => this.counted, { timeout: 30_000 }).toBe(before + 1);
    }
  }

  get counted(): number {
    return ['sent', 'failed', 'withheld'].reduce((sum, outcome) => sum + this.of(outcome), 0);
  }

  of(outcome: string): number {
    return this.metrics.value('tocsin_heartbeats_total', { outcome }) ?? 0;
  }

  get said(): readonly string[] {
    return this.log.lines.map(({ level, message }) => `${level} ${message}`);
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#beating;
  }
}

describe('a heartbeat', () => {
  test('is posted once an interval, the first after one, with the headers that are configured', async () => {
    const heart = new Heart({ Authorization: new Secret('GenieKey k') });
    await heart.clock.pass(59_999);
    expect(watch.posts).toEqual([]);
    await heart.minutes(3);
    expect(watch.posts.map(({ method, path }) => `${method} ${path}`)).toEqual(
      Array.from({ length: 3 }, () => 'POST /ping/top-secret'),
    );
    expect(watch.posts[0]?.headers).toMatchObject({ authorization: 'GenieKey k', 'user-agent': 'tocsin' });
    expect(JSON.parse(watch.posts[0]?.body ?? '')).toMatchObject({ alive: true });
    await heart.stop();
    await heart.clock.pass(600_000);
    expect(watch.posts.length).toBe(3);
  });

  test('is withheld where there is no sign of life, which is counted and said once', async () => {
    const heart = new Heart();
    heart.silent = 'the log does not answer';
    await heart.minutes(3);
    expect(watch.posts).toEqual([]);
    heart.silent = null;
    await heart.minutes(2);
    expect(watch.posts.length).toBe(2);
    expect([heart.of('withheld'), heart.of('sent')]).toEqual([3, 2]);
    expect(heart.said).toEqual([
      'warn the heartbeat is withheld: the log does not answer',
      'info the heartbeat is sent again',
    ]);
    await heart.stop();
  });

  test('that is not taken is not sent again: the next one is, and the log tells no secret', async () => {
    const heart = new Heart({ authorization: new Secret('hunter2') });
    watch.answerAlways({ status: 500, body: 'no /ping/top-secret hunter2' });
    await heart.minutes(2);
    watch.answerAlways('reset');
    await heart.minutes(1);
    watch.answerAlways(null);
    await heart.minutes(1);
    expect(watch.posts.length).toBe(4);
    expect([heart.of('failed'), heart.of('sent')]).toEqual([3, 1]);
    expect(heart.said.map((line) => line.split(':')[0])).toEqual([
      'warn the heartbeat was not taken',
      'info the heartbeat is sent again',
    ]);
    expect(heart.said.join()).not.toMatch(/top-secret|hunter2/);
    await heart.stop();
  });

  test('that hangs is broken off when the service stops', async () => {
    const heart = new Heart();
    watch.answerAlways('hang');
    await heart.clock.pass(60_000);
    await expect.poll(() => watch.posts.length, { timeout: 30_000 }).toBe(1);
    await heart.stop();
    expect(heart.counted).toBe(0);
  });
});
