#include "wire/cloudp2p_table.h"

#include <stddef.h>

#define AT(member) offsetof(struct cloudp2p_message, member)
#define SERVER_ID(name)                                                        \
	{                                                                      \
		name, FIELD_U32, AT(server_id)                                 \
	}
#define REQUEST_ID                                                             \
	{                                                                      \
		"request_id", FIELD_U64, AT(request_id)                        \
	}
#define CLIENT_NAME                                                            \
	{                                                                      \
		"client_name", FIELD_TEXT, AT(client_name)                     \
	}
#define TIMESTAMP                                                              \
	{                                                                      \
		"timestamp", FIELD_U64, AT(timestamp)                          \
	}
#define VALUE(name)                                                            \
	{                                                                      \
		name, FIELD_F64, AT(value)                                     \
	}
#define PICTURE(name)                                                          \
	{                                                                      \
		name, FIELD_PICTURE, 0                                         \
	}
#define ADDRESS                                                                \
	{                                                                      \
		"assigned_server_address", FIELD_TEXT, AT(address)             \
	}
#define ASSIGNMENT                                                             \
	{                                                                      \
		REQUEST_ID, SERVER_ID("assigned_server_id"), ADDRESS           \
	}
#define TASK                                                                   \
	{                                                                      \
		CLIENT_NAME, REQUEST_ID                                        \
	}

const struct cloudp2p_variant cloudp2p_variants[CLOUDP2P_TYPES] = {
	[CLOUDP2P_ELECTION] = { "Election", 2,
	    { SERVER_ID("from_id"), VALUE("priority") } },
	[CLOUDP2P_ALIVE] = { "Alive", 1, { SERVER_ID("from_id") } },
	[CLOUDP2P_COORDINATOR] = { "Coordinator", 1,
	    { SERVER_ID("leader_id") } },
	[CLOUDP2P_HEARTBEAT] = { "Heartbeat", 3,
	    { SERVER_ID("from_id"), TIMESTAMP, VALUE("load") } },
	[CLOUDP2P_LEADER_QUERY] = { "LeaderQuery", 0, { { 0 } } },
	[CLOUDP2P_LEADER_RESPONSE] = { "LeaderResponse", 1,
	    { SERVER_ID("leader_id") } },
	[CLOUDP2P_TASK_ASSIGNMENT_REQUEST] = { "TaskAssignmentRequest", 2,
	    TASK },
	[CLOUDP2P_TASK_ASSIGNMENT_RESPONSE] = { "TaskAssignmentResponse", 3,
	    ASSIGNMENT },
	[CLOUDP2P_TASK_REQUEST] = { "TaskRequest", 4,
	    { CLIENT_NAME, REQUEST_ID, PICTURE("secret_image_data"),
	        SERVER_ID("assigned_by_leader") } },
	[CLOUDP2P_TASK_RESPONSE] = { "TaskResponse", 4,
	    { REQUEST_ID, PICTURE("encrypted_image_data"),
	        { "success", FIELD_BOOL, AT(success) },
	        { "error_message", FIELD_TEXT_OR_NULL, AT(error_message) } } },
	[CLOUDP2P_TASK_ACK] = { "TaskAck", 2, TASK },
	[CLOUDP2P_TASK_STATUS_QUERY] = { "TaskStatusQuery", 2, TASK },
	[CLOUDP2P_TASK_STATUS_RESPONSE] = { "TaskStatusResponse", 3,
	    ASSIGNMENT },
	[CLOUDP2P_HISTORY_ADD] = { "HistoryAdd", 4,
	    { CLIENT_NAME, REQUEST_ID, SERVER_ID("assigned_server_id"),
	        TIMESTAMP } },
	[CLOUDP2P_HISTORY_REMOVE] = { "HistoryRemove", 2, TASK },
	[CLOUDP2P_HISTORY_SYNC_REQUEST] = { "HistorySyncRequest", 1,
	    { SERVER_ID("from_server_id") } },
	[CLOUDP2P_HISTORY_SYNC_RESPONSE] = { "HistorySyncResponse", 2,
	    { SERVER_ID("from_server_id"),
	        { "history_entries", FIELD_ENTRIES, 0 } } },
};

int cloudp2p_picture_index(const struct cloudp2p_variant *variant)
{
	for (size_t i = 0; i < variant->count; i++)
		if (variant->fields[i].kind == FIELD_PICTURE)
			return (int)i;
	return -1;
}
