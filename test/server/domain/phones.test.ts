import { hidePhones } from '../../../server/domain/phones';

test.each([
  ['联系 13800138000', '联系 138****8000'],
  ['138-0013-8000或139 0013 9000', '138****8000或139****9000'],
  ['+8613800138000', '+86138****8000'],
  ['座机028-87654321、0991 3456789', '座机028-****4321、0991 ****6789'],
])('a telephone number loses its middle: %s', (text, hidden) => {
  expect(hidePhones(text)).toBe(hidden);
});

test.each(['20261123-0042', '共 1380013 件', '订单 913800138000123', '路灯 12 号杆', '2026-11-23 10:00'])(
  'what is none stays as it is: %s',
  (text) => {
    expect(hidePhones(text)).toBe(text);
  },
);
