/** Partitions of topics as small numbers, so that a stored match is numbers only. Bound: one entry a partition. */
export class PlaceTable {
  readonly #ids = new Map<string, Map<number, number>>();
  readonly #places: (readonly [topic: string, partition: number])[] = [];

  idOf(topic: string, partition: number): number {
    let ofTopic = this.#ids.get(topic);
    if (ofTopic === undefined) {
      ofTopic = new Map();
      this.#ids.set(topic, ofTopic);
    }
    const known = ofTopic.get(partition);
    if (known !== undefined) return known;
    const id = this.#places.length;
    this.#places.push([topic, partition]);
    ofTopic.set(partition, id);
    return id;
  }

  placeOf(id: number): readonly [topic: string, partition: number] {
    const place = this.#places[id];
    if (place === undefined) throw new Error(`invariant broken (a bug in tocsin): no place ${id}`);
    return place;
  }

  /** All places, by id. */
  get places(): readonly (readonly [topic: string, partition: number])[] {
    return this.#places;
  }
}
