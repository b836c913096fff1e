/** Partitions of topics as small numbers, so that a stored match is numbers only. Bound: one entry a partition. */
export class PlaceTable {
  readonly #ids = new Map<string, Map<number, number>>();
  readonly #places: (readonly [topic: string, partition: number])[] = [];
  /** The topic asked for last: neighbours are of one topic nearly always. */
  #topic: string | undefined;
  #ofTopic = new Map<number, number>();
  /** And the partition; a match is asked for twice, once to keep and once to write. */
  #partition = -1;
  #id = -1;

  idOf(topic: string, partition: number): number {
    if (partition === this.#partition && topic === this.#topic) return this.#id;
    this.#partition = partition;
    this.#id = this.#find(topic, partition);
    return this.#id;
  }

  #find(topic: string, partition: number): number {
    if (topic !== this.#topic) this.#turnTo(topic);
    const known = this.#ofTopic.get(partition);
    if (known !== undefined) return known;
    const id = this.#places.length;
    this.#places.push([topic, partition]);
    this.#ofTopic.set(partition, id);
    return id;
  }

  placeOf(id: number): readonly [topic: string, partition: number] {
    const place = this.#places[id];
    if (place === undefined) throw new Error(`invariant broken (a bug in tocsin): no place ${id}`);
    return place;
  }

  #turnTo(topic: string): void {
    this.#topic = topic;
    this.#ofTopic = this.#ids.get(topic) ?? new Map();
    this.#ids.set(topic, this.#ofTopic);
  }
}
