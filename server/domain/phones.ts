/** Telephone numbers that people wrote into their words, with their middle hidden: `138****8000`, `028-****5566`. */
export function hidePhones(text: string): string {
  return text.replace(MOBILE, '$1****$2').replace(LANDLINE, '$1****$2');
}

const MOBILE = /(?<!\d)((?:\+?86[ -]?)?1[3-9]\d)[ -]?\d{4}[ -]?(\d{4})(?!\d)/g;
const LANDLINE = /(?<!\d)(0\d{2,3}[ -]?)\d{3,4}(\d{4})(?!\d)/g;
