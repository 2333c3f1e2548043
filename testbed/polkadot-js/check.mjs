// SPDX-License-Identifier: Apache-2.0

// Checks that polkadot.js reads the chain by its metadata alone, as a wallet or an explorer would.
//
//   node check.mjs ws://127.0.0.1:9944 //carrier-one
//
// Prints one JSON document and ends with 0; ends with 1 and says why when something cannot be read. The second argument is
// the secret URI of an admin; it adds a branch to its company.

import { ApiPromise, Keyring, WsProvider } from '@polkadot/api';
import { cryptoWaitReady } from '@polkadot/util-crypto';

const [url, suri] = process.argv.slice(2);
const problems = [];
const documented = { calls: 0, events: 0, errors: 0, storage: 0 };
// The pallets of this chain's own: everything in them has to be documented. How much of each kind was seen of each.
const own = new Map(['federation', 'sites', 'configGuard', 'dispatch', 'energy'].map((section) => [section, {}]));

const words = (docs) => docs.map((line) => line.toString()).join(' ').trim();

function note(kind, section, name, docs) {
  documented[kind] += 1;
  const seen = own.get(section);
  if (!seen) return;
  seen[kind] = (seen[kind] ?? 0) + 1;
  if (words(docs) === '') problems.push(`${kind} ${section}.${name} has no documentation`);
}

// Every pallet of this chain's own has some of each kind: one under another name would go unread.
function checkOwn() {
  for (const [section, seen] of own) {
    for (const kind of Object.keys(documented)) if (!seen[kind]) problems.push(`${section} has no ${kind}`);
  }
}

// Every call: made from default arguments, written to bytes, read back from them.
function checkCalls(api) {
  for (const [section, calls] of Object.entries(api.tx)) {
    for (const [name, call] of Object.entries(calls)) {
      if (!call?.meta) continue;
      note('calls', section, name, call.meta.docs);
      try {
        const args = call.meta.args.map((arg) => api.registry.createType(arg.type.toString()));
        const hex = call(...args).method.toHex();
        const read = api.registry.createType('Call', hex);
        if (read.section !== section || read.method !== name || read.toHex() !== hex) {
          problems.push(`call ${section}.${name} reads back as ${read.section}.${read.method}`);
        }
      } catch (error) {
        problems.push(`call ${section}.${name}: ${error.message}`);
      }
    }
  }
}

// Every event: its fields' types are known, so that whatever comes can be read.
function checkEvents(api) {
  for (const [section, events] of Object.entries(api.events)) {
    for (const [name, event] of Object.entries(events)) {
      note('events', section, name, event.meta.docs);
      for (const field of event.meta.fields) {
        try {
          const type = api.registry.createLookupType(field.type);
          api.registry.createType(type);
        } catch (error) {
          problems.push(`event ${section}.${name}: ${error.message}`);
        }
      }
    }
  }
}

// Every error: found again by its pallet's number and its own, as a failed call names it.
function checkErrors(api) {
  for (const [section, errors] of Object.entries(api.errors)) {
    for (const [name, error] of Object.entries(errors)) {
      note('errors', section, name, error.meta.docs);
      const pallet = api.runtimeMetadata.asLatest.pallets.find(
        (pallet) => pallet.name.toString().toLowerCase() === section.toLowerCase()
      );
      if (!pallet) {
        problems.push(`error ${section}.${name}: no such pallet`);
        continue;
      }
      const found = api.registry.findMetaError({ index: pallet.index, error: error.meta.index });
      if (found.name !== name) problems.push(`error ${section}.${name} is found as ${found.name}`);
    }
  }
}

// Every entry of the storage: the types of its keys and of its value are known.
function checkStorage(api) {
  for (const pallet of api.runtimeMetadata.asLatest.pallets) {
    if (pallet.storage.isNone) continue;
    // The section of a pallet is its name in camel case.
    const section = pallet.name.toString().replace(/^./, (first) => first.toLowerCase());
    for (const { name, docs, type } of pallet.storage.unwrap().items) {
      note('storage', section, name.toString(), docs);
      try {
        const ids = type.isPlain ? [type.asPlain] : [type.asMap.key, type.asMap.value];
        for (const id of ids) api.registry.createType(api.registry.createLookupType(id));
      } catch (error) {
        problems.push(`storage ${section}.${name}: ${error.message}`);
      }
    }
  }
}

// What is in the chain so far: the first blocks and the last ones.
async function checkBlocks(api) {
  const head = (await api.rpc.chain.getHeader(await api.rpc.chain.getFinalizedHead())).number.toNumber();
  const numbers = [...new Set([1, 2, 3, ...Array.from({ length: 60 }, (_, n) => head - n)])];
  const seen = { blocks: 0, extrinsics: 0, events: 0 };
  for (const number of numbers.filter((number) => number > 0 && number <= head)) {
    const hash = await api.rpc.chain.getBlockHash(number);
    const { block } = await api.rpc.chain.getBlock(hash);
    const events = await (await api.at(hash)).query.system.events();
    seen.blocks += 1;
    seen.extrinsics += block.extrinsics.map((extrinsic) => extrinsic.method.toHuman()).length;
    seen.events += events.map((record) => record.event.toHuman()).length;
  }
  return seen;
}

async function submit(api) {
  const pair = new Keyring({ type: 'sr25519', ss58Format: 42 }).addFromUri(suri);
  const id = 1_000 + Math.floor(Math.random() * 50_000);
  const call = api.tx.federation.addBranch(id, 'polkadot.js', { Province: 13 });
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new Error('not final after a minute')), 60_000);
    call
      .signAndSend(pair, ({ status, events, dispatchError }) => {
        if (dispatchError) {
          const error = dispatchError.isModule ? api.registry.findMetaError(dispatchError.asModule) : undefined;
          reject(new Error(error ? `${error.section}.${error.name}: ${words(error.docs)}` : dispatchError.toString()));
        } else if (status.isFinalized) {
          clearTimeout(late);
          const names = events.map(({ event }) => `${event.section}.${event.method}`);
          resolve({ block: status.asFinalized.toHex(), branch: id, events: names });
        } else if (status.isInvalid || status.isDropped || status.isUsurped) {
          reject(new Error(status.type));
        }
      })
      .catch(reject);
  });
}

async function main() {
  await cryptoWaitReady();
  const provider = new WsProvider(url, false);
  await provider.connect();
  const api = await ApiPromise.create({ provider, noInitWarn: true, throwOnConnect: true });
  checkCalls(api);
  checkEvents(api);
  checkErrors(api);
  checkStorage(api);
  checkOwn();
  const seen = await checkBlocks(api);
  const submitted = await submit(api);
  for (const event of ['federation.BranchAdded', 'system.ExtrinsicSuccess']) {
    if (!submitted.events.includes(event)) problems.push(`${event} is not among ${submitted.events.join(', ')}`);
  }
  const chain = (await api.rpc.system.chain()).toString();
  console.log(JSON.stringify({ chain, documented, seen, submitted, problems }));
  await api.disconnect();
  process.exit(problems.length === 0 ? 0 : 1);
}

main().catch((error) => {
  console.error(error.message);
  process.exit(1);
});
