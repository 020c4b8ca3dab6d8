// A public authority made for one test by OpenSSL, and the certificate it issues to a store.

import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Files of a certificate for `name` that holds for so many days: root, chain, leaf and key. */
export class Issued {
  constructor(name, days) {
    this.name = name;
    this.folder = mkdtempSync(join(tmpdir(), 'backstock-authority-'));
    const at = (file) => join(this.folder, file);
    const openssl = (...args) => {
      const ran = spawnSync('openssl', args, { encoding: 'utf8', cwd: this.folder });
      if (ran.error) throw new Error('openssl is missing: apt-get install openssl');
      if (ran.status !== 0) throw new Error(`openssl ${args.join(' ')}: ${ran.stderr}`);
    };
    const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
    openssl('req', '-x509', ...curve, '-keyout', 'root.key', '-out', 'root.pem', '-days', '3000',
      '-subj', '/CN=Test Root', '-addext', 'keyUsage=critical,keyCertSign');
    openssl('req', ...curve, '-keyout', 'key.pem', '-out', 'request.pem', '-subj', `/CN=${name}`);
    writeFileSync(at('extensions'), [
      `subjectAltName=DNS:${name}`, 'extendedKeyUsage=serverAuth', 'basicConstraints=CA:FALSE',
      'keyUsage=digitalSignature', 'authorityKeyIdentifier=keyid', '',
    ].join('\n'));
    openssl('x509', '-req', '-in', 'request.pem', '-CA', 'root.pem', '-CAkey', 'root.key',
      '-CAcreateserial', '-days', String(days), '-extfile', 'extensions', '-out', 'leaf.pem');
    this.rootPem = readFileSync(at('root.pem'), 'utf8');
    writeFileSync(at('chain.pem'), readFileSync(at('leaf.pem'), 'utf8') + this.rootPem);
    this.files = { leaf: at('leaf.pem'), chain: at('chain.pem'), key: at('key.pem') };
  }

  clear() {
    rmSync(this.folder, { recursive: true });
  }
}
