// formats_theirs.js percentiles <TEXT    the percentile output, in ms, of a
//                                        histogram's text in base64
// formats_theirs.js log TAG <FILE        what the reader of logs sees in those
//                                        intervals of a log, and in their sum
// Both by the library hdr-histogram-js.
"use strict";
const fs = require("fs");
const hdr = require("hdr-histogram-js");

const US_PER_MS = 1000;

function percentiles(input) {
	const h = hdr.decodeFromCompressedBase64(input.trim(), 64);
	return h.outputPercentileDistribution(5, US_PER_MS);
}

function log(input, tag) {
	const reader = new hdr.HistogramLogReader(input, 64);
	const sum = hdr.build({
		lowestDiscernibleValue: 1,
		highestTrackableValue: 3600000000,
		numberOfSignificantValueDigits: 3,
		bitBucketSize: 64,
	});
	const lines = [];
	for (let h; (h = reader.nextIntervalHistogram()); ) {
		if (h.tag !== tag) continue;
		sum.add(h);
		lines.push([h.startTimeStampMsec, h.endTimeStampMsec, h.totalCount, h.totalCount ? h.maxValue : 0].map(Math.round).join(" "));
	}
	lines.push(`total ${sum.totalCount} p50 ${sum.getValueAtPercentile(50)} p99 ${sum.getValueAtPercentile(99)} max ${sum.maxValue}`);
	return lines.join("\n") + "\n";
}

const verbs = { percentiles, log };
const verb = verbs[process.argv[2]];
if (!verb) {
	console.error("usage: formats_theirs.js percentiles|log [TAG]");
	process.exit(2);
}
process.stdout.write(verb(fs.readFileSync(0, "utf8"), process.argv[3]));
