/** Asks for each rule's watermark once a call. */
export function remembering(watermarkOf: (ruleId: string) => number): (ruleId: string) => number {
  const known = new Map<string, number>();
  return (ruleId) => {
    const before = known.get(ruleId);
    if (before !== undefined) return before;
    const watermarkMs = watermarkOf(ruleId);
    known.set(ruleId, watermarkMs);
    return watermarkMs;
  };
}
