/** The build without what no phone's camera writes: 14 kB instead of 25. */
declare module 'exifr/dist/lite.esm.mjs' {
  import exifr from 'exifr';

  export default exifr;
}
