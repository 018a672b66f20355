'use strict';
/*
 * A name look-up without a free descriptor fails with EMFILE where names come from files and DNS, as in Lambda's images.
 * Where the machine's resolver has further modules (mdns4_minimal, resolve, myhostname) the C library tries those last and
 * reports whatever errno they leave: EBUSY or EINVAL, measured with glibc 2.36. This puts the cause back, and only when a
 * descriptor really cannot be had.
 */
const dns = require('node:dns');
const fs = require('node:fs');
const { syncBuiltinESMExports } = require('node:module');
const os = require('node:os');

const TRUE_CODES = new Set(['EMFILE', 'ENOTFOUND', 'EAI_AGAIN']);

function resolverHasFurtherModules() {
  try {
    const [, hosts = ''] = /^hosts:(.*)$/m.exec(fs.readFileSync('/etc/nsswitch.conf', 'utf8')) ?? [];
    return hosts.split(/\s+/).some((word) => word !== '' && word !== 'files' && word !== 'dns');
  } catch {
    return false;
  }
}

function isOutOfDescriptors() {
  try {
    fs.closeSync(fs.openSync('/dev/null', 'r'));
    return false;
  } catch (error) {
    return error.code === 'EMFILE';
  }
}

function corrected(error, hostname) {
  if (error?.syscall !== 'getaddrinfo' || TRUE_CODES.has(error.code) || !isOutOfDescriptors()) return error;
  const code = 'EMFILE';
  const cause = new Error(`getaddrinfo ${code} ${hostname}`);
  return Object.assign(cause, { errno: -os.constants.errno.EMFILE, code, syscall: 'getaddrinfo', hostname });
}

function install() {
  const { lookup } = dns;
  dns.lookup = function correctedLookup(hostname, options, callback) {
    const done = callback ?? options;
    if (typeof done !== 'function') return lookup(hostname, options, callback);
    const report = (error, ...found) => done(corrected(error, hostname), ...found);
    return callback === undefined ? lookup(hostname, report) : lookup(hostname, options, report);
  };
  // dns.lookup carries a symbol under which util.promisify finds its own form.
  Object.defineProperties(dns.lookup, Object.getOwnPropertyDescriptors(lookup));
  syncBuiltinESMExports();
}

if (resolverHasFurtherModules()) install();
