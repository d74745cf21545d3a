// Print what two readers from npm find in a FIT file, as JSON: node fit_readers.mjs FILE
// The packages are looked for in the folder from which this runs.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const here = createRequire(pathToFileURL(process.cwd() + "/"));
const load = (name, file) => import(pathToFileURL(here.resolve(name)).href);
const bytes = readFileSync(process.argv[2]);

const { Decoder, Stream } = await load("@garmin/fitsdk");
const own = {};
const { messages, errors } = new Decoder(Stream.fromBuffer(bytes)).read({
  fieldDescriptionListener: (key, appId, description) => {
    own[key] = [description.fieldName, description.units ?? ""];
  },
});
const named = (record) => {
  const { developerFields = {}, timestamp, ...native } = record;
  const ours = Object.entries(developerFields).map(([key, value]) => [own[key][0], value]);
  return { time_s: timestamp.getTime() / 1000, native, own: Object.fromEntries(ours) };
};
const garmin = {
  errors: errors.map(String),
  units: Object.fromEntries(Object.values(own)),
  records: (messages.recordMesgs ?? []).map(named),
  counts: Object.fromEntries(Object.entries(messages).map(([name, all]) => [name, all.length])),
};

const { default: loaded } = await load("fit-file-parser");
const FitParser = loaded.default ?? loaded;
const parser = new FitParser({ force: false, speedUnit: "m/s", lengthUnit: "m", mode: "list" });
const parsed = await parser.parseAsync(
  bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length),
);
const records = parsed.records.map(({ timestamp, ...values }) => ({
  time_s: new Date(timestamp).getTime() / 1000,
  values,
}));
console.log(JSON.stringify({ garmin, parser: { records, descriptions: parsed.field_descriptions } }));
