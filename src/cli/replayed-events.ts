import type { MergedEvents } from './merge-partitions.ts';

/** Something that could not be decoded, and where it stands. */
export interface Unread {
  readonly place: string;
  readonly reason: string;
}

/** Stored events to be replayed: the files of a command line, or what a topic holds. */
export interface ReplayedEvents {
  /** The partitions there are, known once it was opened. */
  readonly partitions: readonly { readonly topic: string; readonly partition: number }[];
  /** Gives all of them, merged by event time. */
  forEach(take: MergedEvents): Promise<void>;
  /** The first things that could not be decoded, and how many there were. */
  readonly unread: readonly Unread[];
  readonly unreadCount: number;
  /** What a firing's output says of the place of its match. */
  placeOf(position: {
    readonly partition: number;
    readonly offset: number;
  }): Readonly<Record<string, unknown>>;
  close(): Promise<void>;
}

/** The first ones tell what is wrong with the format; the rest are counted. */
export const unreadShown = 5;
