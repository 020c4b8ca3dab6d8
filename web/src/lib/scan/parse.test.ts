import { describe, expect, it } from 'vitest';
import { isWhole, parse, readCode, showCode, toGtin14 } from './parse.ts';

const TAG = '1A4060300000C1F000044136';
// Weights 6..1 over the 31 symbols: 5·6 + 22·5 + 17·4 + 0·3 + 21·2 + 29·1 = 279 = 9·31.
const CODE = '7RK2QY';

describe('our own codes', () => {
  it('reads the address of a printed label, whatever the host and case', () => {
    const ours = { kind: 'ours', letter: 'L', code: readCode(CODE)! };
    expect(readCode(CODE)).not.toBeNull();
    expect(parse(`HTTPS://BACKSTOCK-7K2Q.LOCAL:8443/L/${CODE}`)).toEqual(ours);
    expect(parse(`https://other.box/l/${CODE.toLowerCase()}/`)).toEqual(ours);
    expect(parse(`HTTPS://OTHER.BOX/O/${CODE}`)).toMatchObject({ letter: 'O' });
    expect(parse('https://other.box/L/7RK2QZ').kind).toBe('text');
  });

  it('reads badges and pairing codes only whole', () => {
    const secret = '10CESM1XR8S7G8PN4SYDGJ8A7E';
    expect(parse(`HTTPS://H/E/${secret}`)).toEqual({ kind: 'pairing', secret });
    expect(parse(`HTTPS://H/B/${secret}`)).toEqual({ kind: 'badge', secret });
    expect(parse(`HTTPS://H/B/${secret.slice(1)}`).kind).toBe('text');
    expect(parse('https://1a4.com/X7').kind).toBe('url');
  });

  it('catches every single wrong symbol and every swap of neighbours', () => {
    const symbols = '23456789ABCDEFGHJKMNPQRSTUVWXYZ';
    for (let i = 0; i < CODE.length; i++) {
      for (const symbol of symbols) {
        const other = CODE.slice(0, i) + symbol + CODE.slice(i + 1);
        expect(readCode(other) !== null, other).toBe(symbol === CODE[i]);
      }
      const [a, b] = [CODE[i]!, CODE[i + 1]];
      if (b && a !== b) {
        expect(readCode(CODE.slice(0, i) + b + a + CODE.slice(i + 2))).toBeNull();
      }
    }
    expect(showCode(CODE)).toBe('7RK-2QY');
    expect(parse('7rk-2qy')).toEqual({ kind: 'code', code: CODE });
  });
});

describe('retail codes', () => {
  it('makes fourteen digits of every carrier', () => {
    expect(toGtin14('036000291452')).toBe('00036000291452'); // UPC-A
    expect(toGtin14('4006381333931')).toBe('04006381333931'); // EAN-13
    expect(toGtin14('96385074')).toBe('00000096385074'); // EAN-8
    expect(toGtin14('04252614')).toBe('00042100005264'); // UPC-E, rule 1
    expect(toGtin14('00614141000012')).toBe('00614141000012'); // ITF-14
  });

  it('refuses a wrong check digit and other lengths', () => {
    expect(toGtin14('036000291453')).toBeNull();
    expect(toGtin14('123456')).toBeNull();
    expect(parse('036000291453')).toEqual({ kind: 'text', text: '036000291453' });
  });

  it('sees element strings, marked or printed, and takes the GTIN out', () => {
    const marked = parse(`]d20100614141000012\u001d10ABC`);
    expect(marked).toMatchObject({ kind: 'element_string', gtin: '00614141000012' });
    expect(parse('(01)00614141000012(10)A')).toMatchObject({ gtin: '00614141000012' });
    expect(parse('(415)0614141000012').kind).toBe('element_string');
    for (const phone of ['(510) 555-4821', '(415)555-4821']) expect(parse(phone).kind).toBe('text');
    expect(parse(']C10100614141000013')).toMatchObject({ gtin: null });
  });
});

describe('tags', () => {
  it('reads a tag with what scanners put around it', () => {
    for (const text of [TAG, TAG.toLowerCase(), `]C1${TAG}`, `]C1\u001d${TAG}`, ` ${TAG}\r`]) {
      expect(parse(text), text).toEqual({ kind: 'tag', tag: TAG });
    }
  });

  it('knows a torn scan from a whole one', () => {
    expect(isWhole(TAG)).toBe(true);
    expect(isWhole(TAG.slice(5))).toBe(false);
    expect(isWhole('HTTPS://BOX.LOCAL/P/7RK2QY')).toBe(true);
    expect(isWhole('Blue Dream')).toBe(false);
  });
});
