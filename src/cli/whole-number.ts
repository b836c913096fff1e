import { InvalidArgumentError } from 'commander';

/** Parses an option's value as a whole number within bounds; commander tells the user where it is not. */
export const wholeNumber =
  ({ min, max }: { min: number; max: number }) =>
  (text: string): number => {
    const value = Number(text);
    if (Number.isInteger(value) && value >= min && value <= max) return value;
    throw new InvalidArgumentError(`a whole number from ${min} to ${max} is needed`);
  };
