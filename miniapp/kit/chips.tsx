interface Props<T extends string> {
  label: string;
  options: readonly (readonly [T, string])[];
  value: T;
  change: (value: T) => void;
}

/** One of a few, all in sight: radio buttons that look like chips. */
export function Chips<T extends string>({ label, options, value, change }: Props<T>) {
  return (
    <fieldset class="chips">
      <legend>{label}</legend>
      {options.map(([each, words]) => (
        <label key={each} class={each === value ? 'chip on' : 'chip'}>
          <input type="radio" name={label} checked={each === value} onChange={() => change(each)} />
          {words}
        </label>
      ))}
    </fieldset>
  );
}
