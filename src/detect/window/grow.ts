/** A larger array with the same beginning, for at least `size` elements; zero beyond it. Doubles, so that adding stays cheap. */
export function grow<A extends Int32Array | Float64Array>(array: A, size: number): A {
  let length = Math.max(16, array.length);
  while (length < size) length *= 2;
  const larger = (array instanceof Int32Array ? new Int32Array(length) : new Float64Array(length)) as A;
  larger.set(array);
  return larger;
}
