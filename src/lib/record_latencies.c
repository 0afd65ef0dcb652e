#include "lib/record_latencies.h"

#include "lib/record_fields.h"
#include "lib/unit.h"

/* A latency for each request, or the record is broken. */
static int check_latencies(const struct histogram *h, const char *histogram,
    uint64_t requests, const char *outcome, struct err *err)
{
	char in_histogram[UNIT_TEXT], counted[UNIT_TEXT];

	if (h->count == requests)
		return 0;
	return err_set(err, "%s %s but the %s histogram has %s", outcome,
	    unit_count(counted, requests), histogram,
	    unit_count(in_histogram, h->count));
}

#define STATS(member) offsetof(struct stats, member)

/* The response times, where there are others than the service times: older
 * records have both even where they are the same, and then in the same words.
 */
static int read_response(struct stats *stats, json_t *histograms,
    struct err *err)
{
	struct operations *operations = &stats->operations;
	json_t *service = json_object_get(histograms, "service");
	json_t *response = json_object_get(histograms, "response");
	stats->response_apart = response && !json_is_null(response) &&
	                        !json_equal(response, service);
	for (size_t i = 0; i < operations->length; i++) {
		struct operation *operation = &operations->items[i];
		if (!stats->response_apart)
			histogram_clear(&operation->response);
		else if (operation->response.count == 0)
			histogram_merge(&operation->response,
			    &operation->service);
		else if (operation->response.count != operation->service.count)
			return err_set(err,
			    "operations: one has not as many response times "
			    "as service times");
	}
	if (!stats->response_apart)
		return 0;
	if (read_histogram(response, "response", &stats->response, err))
		return -1;
	return check_latencies(&stats->response, "response", stats->ok,
	    "successful", err);
}

int read_histograms(struct stats *stats, json_t *histograms,
    const char *failed_name, struct err *err)
{
	const struct field fields[] = {
		{ "service", read_histogram, STATS(service), true },
		{ failed_name, read_histogram, STATS(failed_service), false },
		{ 0 },
	};
	json_t *failed = json_object_get(histograms, failed_name);
	if (read_fields(histograms, fields, stats, err) ||
	    check_latencies(&stats->service, "service", stats->ok, "successful",
	        err) ||
	    read_response(stats, histograms, err))
		return -1;
	if (!failed || json_is_null(failed))
		return 0;
	return check_latencies(&stats->failed_service, "failed", stats->failed,
	    "failed", err);
}
