import { Option } from 'commander';

/**
 * `--rules PATH`, which may stand several times. One path each: an option that took all that follows would take the files
 * of events behind it for rules.
 */
export function rulesOption(description: string): Option {
  return new Option('-r, --rules <path>', `${description} (may be given several times)`).argParser(
    (path: string, before: readonly string[] | undefined): readonly string[] => [...(before ?? []), path],
  );
}
