import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { TocsinProcess } from '../support/tocsin-process.ts';
import { diesWithUs } from './dies-with-us.ts';
import type { LifeOrders } from './life-orders.ts';
import type { TortureWorld } from './torture-world.ts';

/**
 * Starts one life of tocsin after the other, as a user runs it, with a module loaded before that has its orders. While one
 * lives the next one loads its code and waits, and opens nothing: it begins where one that was started then would be
 * a second later.
 */
export class Lives {
  readonly #world: TortureWorld;
  #waiting: { readonly tocsin: TocsinProcess; readonly ordersFile: string } | undefined;
  #count = 0;

  constructor(world: TortureWorld) {
    this.#world = world;
  }

  /** From nothing: its code is still to be loaded. */
  cold(orders: LifeOrders): TocsinProcess {
    return startTocsin(this.#world, { TORTURE_ORDERS: JSON.stringify(orders) });
  }

  /** The one that waits; then another begins to. */
  warm(orders: LifeOrders): TocsinProcess {
    const { tocsin, ordersFile } = this.#waiting ?? this.#wait();
    // Renamed into its place, so that it is never read half-written.
    writeFileSync(`${ordersFile}.new`, JSON.stringify(orders));
    renameSync(`${ordersFile}.new`, ordersFile);
    this.#waiting = this.#wait();
    return tocsin;
  }

  /** Ends the one that waits. */
  async close(): Promise<void> {
    await this.#waiting?.tocsin.end('SIGKILL');
    this.#waiting = undefined;
  }

  #wait(): { readonly tocsin: TocsinProcess; readonly ordersFile: string } {
    this.#count += 1;
    const ordersFile = join(this.#world.folder, `orders-${this.#count}`);
    return { tocsin: startTocsin(this.#world, { TORTURE_ORDERS_FILE: ordersFile }), ordersFile };
  }
}

export const startTocsin = (world: TortureWorld, env: Readonly<Record<string, string>> = {}): TocsinProcess =>
  diesWithUs(
    new TocsinProcess(['run', '--config', world.config], {
      env: {
        ...env,
        TORTURE_TURNS_FILE: world.turnsFile,
        NODE_OPTIONS: `--import=${new URL('./die-at.ts', import.meta.url).href}`,
      },
    }),
  );
