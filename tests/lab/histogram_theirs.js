// histogram_theirs.js encode|describe - what histogram_ours.c does, by the
// library hdr-histogram-js.
"use strict";
const fs = require("fs");
const hdr = require("hdr-histogram-js");

const PERCENTS = [0, 50, 90, 95, 99, 99.9, 100];

function encode(input) {
	const h = hdr.build({
		lowestDiscernibleValue: 1,
		highestTrackableValue: 3600000000,
		numberOfSignificantValueDigits: 3,
		bitBucketSize: 64,
	});
	for (const line of input.split("\n").filter(Boolean)) {
		const [value, count] = line.split(" ").map(Number);
		h.recordValueWithCount(value, count);
	}
	return [hdr.encodeIntoCompressedBase64(h)];
}

function describe(input) {
	const h = hdr.decodeFromCompressedBase64(input.trim(), 64);
	const lines = [
		`total ${h.totalCount}`,
		// Without a value its minimum is the largest number there is.
		`min ${h.totalCount ? h.minNonZeroValue : 0}`,
		`max ${h.maxValue}`,
		`mean in ns ${Math.floor(h.mean * 1000)}`,
		...PERCENTS.map((p) => `p${p} ${h.getValueAtPercentile(p)}`),
	];
	const buckets = h.recordedValuesIterator;
	buckets.reset();
	while (buckets.hasNext()) {
		const at = buckets.next();
		lines.push(`up to ${at.valueIteratedTo}: ${at.countAtValueIteratedTo}`);
	}
	return lines;
}

const verbs = { encode, describe };
const verb = verbs[process.argv[2]];
if (!verb) {
	console.error("usage: histogram_theirs.js encode|describe");
	process.exit(2);
}
console.log(verb(fs.readFileSync(0, "utf8")).join("\n"));
