/* looks.c - what shows values to those who work on something: their first look of a day is a record. */
#include "api/api.h"
#include "svc/evidence/look.h"

int
case_looking(struct call *call, struct fault *f)
{
	struct case_file *c = NULL;
	int rc;

	if (case_load(&call->act, http_param(call->req, "id"), &c, f) < 0)
		return -1;
	rc = look_case(&call->act, c, f);
	case_free(c);
	return rc;
}

int
verification_looking(struct call *call, struct fault *f)
{
	struct verification v;

	return verification_load(&call->act, http_param(call->req, "id"), &v, f) < 0 ? -1 :
	    look_verification(&call->act, &v, f);
}

int
dispute_looking(struct call *call, struct fault *f)
{
	struct dispute d;

	return dispute_load(&call->act, http_param(call->req, "id"), &d, f) < 0 ? -1 :
	    look_dispute(&call->act, &d, f);
}

int
joint_looking(struct call *call, struct fault *f)
{
	struct joint_file *j = NULL;
	int rc;

	if (joint_load(&call->act, http_param(call->req, "id"), &j, f) < 0)
		return -1;
	rc = look_joint(&call->act, j, f);
	joint_free(j);
	return rc;
}
