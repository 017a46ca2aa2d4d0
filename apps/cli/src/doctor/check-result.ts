export interface CheckResult {
  readonly name: string;
  /** `optional`: it is not there, or does not work, and IDS runs without. */
  readonly state: 'there' | 'optional' | 'missing';
  readonly found: string;
  /** Where it lies. */
  readonly where?: string;
  /** How to get it. */
  readonly advice?: string;
}

export const there = (name: string, found: string, where?: string): CheckResult => ({
  name,
  state: 'there',
  found,
  ...(where === undefined ? {} : { where }),
});
export const missing = (name: string, found: string, advice: string): CheckResult => ({
  name,
  state: 'missing',
  found,
  advice,
});
export const optional = (name: string, found: string, advice: string): CheckResult => ({
  name,
  state: 'optional',
  found,
  advice,
});
