/**
 * A number of an event as text. JSON rounds whole numbers beyond 2^53: their last digits are lost, and a text with digits that
 * the log never had would match a neighbour. They are in exponential form, which no text of a rule is by accident.
 */
export function numberText(value: number): string {
  return Number.isInteger(value) && !Number.isSafeInteger(value) ? value.toExponential() : String(value);
}
