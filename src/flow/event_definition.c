#include "flow/event_definition.h"

#include <string.h>

const struct event *
inventory_event(const struct inventory *inv, const char *code)
{
	size_t low = 0, high = inv->nevents;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = strcmp(code, inv->events[middle].code);

		if (order == 0)
			return &inv->events[middle];
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return NULL;
}
