// formats_theirs.js log|sum TAG <FILE - what the reader of interval logs of the
// library hdr-histogram-js sees under a tag: each interval (from and to in unix
// ms, values, the largest), or the percentile output, in ms, of them all.
"use strict";
const fs = require("fs");
const hdr = require("hdr-histogram-js");

const US_PER_MS = 1000;

function* intervals(input, tag) {
	const reader = new hdr.HistogramLogReader(input, 64);
	for (let h; (h = reader.nextIntervalHistogram()); ) if (h.tag === tag) yield h;
}

function log(input, tag) {
	return [...intervals(input, tag)]
		.map((h) => [h.startTimeStampMsec, h.endTimeStampMsec, h.totalCount, h.totalCount && h.maxValue].map(Math.round).join(" ") + "\n")
		.join("");
}

function sum(input, tag) {
	const sum = hdr.build({
		lowestDiscernibleValue: 1,
		highestTrackableValue: 3600000000,
		numberOfSignificantValueDigits: 3,
		bitBucketSize: 64,
	});
	for (const h of intervals(input, tag)) sum.add(h);
	return sum.outputPercentileDistribution(5, US_PER_MS);
}

const verbs = { log, sum };
const verb = verbs[process.argv[2]];
if (!verb) {
	console.error("usage: formats_theirs.js log|sum TAG");
	process.exit(2);
}
process.stdout.write(verb(fs.readFileSync(0, "utf8"), process.argv[3]));
