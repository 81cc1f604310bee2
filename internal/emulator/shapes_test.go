package emulator_test

import (
	"fmt"
	"maps"
	"math"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/emulator"
)

// shape has the fields of a JSON object. A field whose name ends in ? is optional. Its type is
// another shape, a list of one type, or one of the words of matches.
type shape map[string]any

type list [1]any

// The shapes of the API's published description, as far as the emulator has their fields.
var (
	linkShape   = shape{"href": "url", "rel": "text"}
	bucketShape = shape{"_id": "id", "bucketName": "text", "cloudProvider": "AWS|AZURE|GCP"}
	awsShape    = bucketShape.with(shape{"iamRoleId": "id", "requirePrivateNetworking": "bool", "region?": "text"})
	azureShape  = bucketShape.with(shape{"roleId": "id", "serviceUrl": "url", "tenantId": "text"})
	gcpShape    = bucketShape.with(shape{"roleId": "id"})

	clusterShape = shape{
		"id": "id", "groupId": "id", "name": "text", "clusterType": "REPLICASET|SHARDED|GEOSHARDED",
		"stateName": "IDLE|CREATING|UPDATING|DELETING|DELETED|REPAIRING", "paused": "bool", "backupEnabled": "bool", "links": list{linkShape},
		"replicationSpecs": list{shape{
			"id": "id", "zoneId": "id", "zoneName": "text",
			"regionConfigs": list{shape{
				"providerName": "AWS|AZURE|GCP", "regionName": "text", "priority": "number",
				"electableSpecs": shape{"instanceSize": "text", "nodeCount": "number"},
			}},
		}},
	}

	scheduleShape = shape{
		"autoExportEnabled": "bool", "clusterId": "id", "clusterName": "text", "copyPolicyItemsEnabled": "bool",
		"copySettings": list{shape{"cloudProvider": "text"}}, "links": list{linkShape}, "nextSnapshot?": "time",
		"export?": shape{"exportBucketId": "id", "frequencyType": "daily|weekly|monthly|yearly"},
		"policies": list{shape{"id": "id", "policyItems": list{shape{
			"id": "id", "frequencyType": "hourly|daily|weekly|monthly|yearly", "frequencyInterval": "number",
			"retentionUnit": "days|weeks|months|years", "retentionValue": "number",
		}}}},
		"referenceHourOfDay": "number", "referenceMinuteOfHour": "number", "restoreWindowDays": "number",
		"useOrgAndGroupNamesInExportPrefix": "bool",
	}

	snapshotShape = shape{
		"id": "id", "status": "queued|inProgress|completed|failed", "snapshotType": "onDemand|scheduled|fallback",
		"frequencyType": "ondemand|hourly|daily|weekly|monthly|yearly", "createdAt?": "time", "expiresAt": "time", "description?": "text",
		"storageSizeBytes": "number", "mongodVersion": "text", "cloudProvider?": "AWS|AZURE|GCP",
		"copyRegions": list{"text"}, "policyItems": list{"id"}, "links": list{linkShape},
	}
	replicaSetSnapshotShape = snapshotShape.with(shape{"type": "replicaSet", "replicaSetName": "text"})
	shardedSnapshotShape    = snapshotShape.with(shape{
		"type": "shardedCluster", "snapshotIds": list{"id"},
		"members": list{shape{"id": "id", "replicaSetName": "text", "cloudProvider?": "AWS|AZURE|GCP"}},
	})

	jobShape = shape{
		"id": "id", "exportBucketId": "id", "snapshotId": "id", "customData": list{shape{"key": "text", "value": "text"}},
		"createdAt": "time", "finishedAt?": "time", "prefix": "text", "state": "Queued|InProgress|Successful|Failed|Cancelled",
		"stateReason?": shape{"errorCode": "text", "message": "text"}, "links?": list{linkShape},
	}
	replicaSetJobShape = jobShape.with(shape{"exportStatus": shape{"exportedCollections": "number", "totalCollections": "number"}})
	shardedJobShape    = jobShape.with(shape{"components": list{shape{"exportId": "id", "replicaSetName": "text"}}})

	endpointShape = shape{
		"id": "id", "cloudProvider": "AWS", "regionName": "text", "vpcRegionName": "text", "errorMessage?": "text",
		"status":                         "INITIATING|PENDING_ACCEPTANCE|ACTIVE|FAILED|PENDING_RECREATION|DELETING",
		"privateEndpointConnectionName?": "text",
	}

	usagesShape = list{shape{"featureType": "EXPORT_SNAPSHOT", "featureId": shape{"exportBucketId": "id", "groupId": "id"}}}
	roleShape   = shape{
		"roleId": "id", "createdDate": "time", "authorizedDate": "time", "iamAssumedRoleArn": "text", "atlasAWSAccountArn": "text",
		"atlasAssumedRoleExternalId": "text", "featureUsages": usagesShape,
	}
	rolesShape = shape{
		"awsIamRoles": list{roleShape},
		"azureServicePrincipals": list{shape{
			"_id": "id", "servicePrincipalId": "text", "tenantId": "text", "atlasAzureAppId": "text", "featureUsages": usagesShape,
		}},
		"gcpServiceAccounts": list{shape{
			"roleId": "id", "status": "IN_PROGRESS|COMPLETE|FAILED|NOT_INITIATED", "gcpServiceAccountForAtlas": "text", "featureUsages": usagesShape,
		}},
	}

	errorShape = shape{
		"detail": "text", "error": "number", "errorCode": "text", "reason": "text", "parameters": list{"scalar"},
		"badRequestDetail?": shape{"fields": list{shape{"description": "text", "field": "text"}}},
	}
)

func (s shape) with(more shape) shape {
	all := maps.Clone(s)
	maps.Copy(all, more)
	return all
}

func page(item shape) shape {
	return shape{"links": list{linkShape}, "results": list{item}, "totalCount": "number"}
}

var (
	isID  = regexp.MustCompile(`^[a-f0-9]{24}$`).MatchString
	isURL = regexp.MustCompile(`^https?://[^ ]+$`).MatchString
)

// violations returns where value does not have the type.
func violations(at string, value, want any) []string {
	var found []string
	ok := false
	text, isText := value.(string)
	number, isNumber := value.(float64)
	switch want := want.(type) {
	case shape:
		object, isObject := value.(map[string]any)
		if ok = isObject; !ok {
			break
		}
		known := map[string]bool{}
		for name, fieldType := range want {
			name, optional := strings.CutSuffix(name, "?")
			known[name] = true
			field, there := object[name]
			if there {
				found = append(found, violations(at+"."+name, field, fieldType)...)
			} else if !optional {
				found = append(found, at+"."+name+" is missing")
			}
		}
		for name := range object {
			if !known[name] {
				found = append(found, at+"."+name+" is unknown")
			}
		}
	case list:
		items, isList := value.([]any)
		ok = isList
		for i, item := range items {
			found = append(found, violations(fmt.Sprintf("%s[%d]", at, i), item, want[0])...)
		}
	case string:
		switch want {
		case "text":
			ok = isText && text != ""
		case "id":
			ok = isText && isID(text)
		case "url":
			ok = isText && isURL(text)
		case "time":
			_, err := time.Parse(time.RFC3339, text)
			ok = isText && err == nil
		case "bool":
			_, ok = value.(bool)
		case "number":
			ok = isNumber && number == math.Trunc(number) && number >= 0
		case "scalar":
			ok = isText || isNumber
		default: // one of several words
			ok = isText && slices.Contains(strings.Split(want, "|"), text)
		}
	}
	if !ok {
		found = append(found, fmt.Sprintf("%s is %v, not %v", at, value, want))
	}
	return found
}

func TestAnswersHaveTheShapesOfTheAPI(t *testing.T) {
	const onePath = "/groups/{groupId}/backup/exportBuckets"
	const clusters = "/groups/{groupId}/clusters"
	const schedule = clusters + "/{clusterName}/backup/schedule"
	const snapshots = clusters + "/{clusterName}/backup/snapshots"
	const jobs = clusters + "/{clusterName}/backup/exports"
	const endpoints = "/groups/{groupId}/backup/{cloudProvider}/privateEndpoints"
	const roles = "/groups/{groupId}/cloudProviderAccess"
	synctest.Test(t, func(t *testing.T) { // versions end at a date
		atlas := newAtlas(t, emulator.Options{RegionDelay: time.Minute})
		ids := map[string]string{}
		for cloud, body := range map[string]string{"AWS": awsBody, "AZURE": azureBody, "GCP": gcpBody} {
			ids[cloud] = create(t, atlas, body)
		}
		spare := create(t, atlas, awsBody)
		atlas.PutCluster(projectID, emulator.Cluster{Name: "replicas"})
		atlas.PutCluster(projectID, emulator.Cluster{Name: "shards", ClusterType: emulator.Sharded, ProviderName: "GCP", Paused: true, BackupDisabled: true})
		atlas.PutCluster(projectID, emulator.Cluster{Name: "zones", ClusterType: emulator.GeoSharded, StateName: "DELETING"})
		atlas.SetAutoExport(projectID, "zones", ids["GCP"])

		atlas.PutCluster(projectID, emulator.Cluster{Name: "flex", ClusterType: emulator.Flex})
		snapshot := atlas.AddSnapshot(projectID, "replicas", emulator.Snapshot{Description: "kept"}).ID
		failedSnapshot := atlas.AddSnapshot(projectID, "replicas", emulator.Snapshot{Status: "failed", ExpiresAt: time.Now().Add(time.Hour)}).ID
		shardedSnapshot := atlas.AddSnapshot(projectID, "shards", emulator.Snapshot{FrequencyType: "daily"}).ID
		failedJob := atlas.AddExportJob(projectID, "replicas", emulator.ExportJob{
			State: "Failed", SnapshotID: snapshot, ExportBucketID: ids["AWS"], StateReason: &emulator.StateReason{ErrorCode: "X", Message: "y"},
		}).ID
		endpoint := atlas.AddPrivateEndpoint(projectID, emulator.PrivateEndpoint{RegionName: "EU_WEST_1", Status: "FAILED", ErrorMessage: "x"}).ID
		atlas.AddAccessRole(projectID, emulator.AccessRole{ID: roleID, AuthorizedDate: time.Now()})
		azureRole := atlas.AddAccessRole(projectID, emulator.AccessRole{CloudProvider: "AZURE", ServicePrincipalID: "p"}).ID
		gcpRole := atlas.AddAccessRole(projectID, emulator.AccessRole{CloudProvider: "GCP", Status: "COMPLETE"}).ID
		tested := map[string]bool{}
		for _, tc := range []struct {
			method, path, value, body, version string
			want                               any // nil for an answer without a body
		}{
			{method: "POST", path: onePath, body: awsBody, want: awsShape},
			{method: "POST", path: onePath, body: changed(t, azureBody, "roleId", `"`+azureRole+`"`), want: azureShape},
			{method: "POST", path: onePath, body: changed(t, gcpBody, "roleId", `"`+gcpRole+`"`), want: gcpShape},
			{method: "POST", path: onePath, body: "{}", want: errorShape},
			{method: "POST", path: onePath, body: changed(t, awsBody, "bucketName", `"x"`), want: errorShape},
			{method: "GET", path: onePath, want: page(bucketShape.with(shape{
				"iamRoleId?": "id", "requirePrivateNetworking?": "bool", "region?": "text", "roleId?": "id", "serviceUrl?": "url", "tenantId?": "text",
			}))},
			{method: "GET", path: onePath, version: "2023-01-01", want: page(awsShape)},
			{method: "GET", path: onePath, value: "?pageNum=7&itemsPerPage=3&includeCount=false", want: page(shape{})},
			{method: "GET", path: onePath, value: "?pageNum=x", want: errorShape},
			{method: "GET", path: onePath + "/{id}", value: ids["AWS"], want: awsShape},
			{method: "GET", path: onePath + "/{id}", value: ids["AZURE"], want: azureShape},
			{method: "GET", path: onePath + "/{id}", value: ids["GCP"], want: gcpShape},
			{method: "GET", path: onePath + "/{id}", value: someID, want: errorShape},
			{method: "PATCH", path: onePath + "/{id}", value: ids["AWS"], body: `{"requirePrivateNetworking":true}`, want: awsShape},
			{method: "PATCH", path: onePath + "/{id}", value: ids["GCP"], body: `{"requirePrivateNetworking":true}`, want: errorShape},
			{method: "DELETE", path: onePath + "/{id}", value: ids["GCP"], want: errorShape}, // in use
			{method: "DELETE", path: onePath + "/{id}", value: spare},

			{method: "GET", path: clusters, want: page(clusterShape)},
			{method: "GET", path: clusters, version: "2023-01-01", want: page(clusterShape)},
			{method: "GET", path: clusters + "/{clusterName}", value: "replicas", want: clusterShape},
			{method: "GET", path: clusters + "/{clusterName}", value: "shards", version: "2023-02-01", want: clusterShape},
			{method: "GET", path: clusters + "/{clusterName}", value: "zones", want: clusterShape},
			{method: "GET", path: clusters + "/{clusterName}", value: "none", want: errorShape},

			{method: "GET", path: schedule, value: "replicas", want: scheduleShape},
			{method: "GET", path: schedule, value: "shards", version: "2023-01-01", want: scheduleShape},
			{method: "GET", path: schedule, value: "zones", want: scheduleShape.with(shape{"export": shape{"exportBucketId": "id", "frequencyType": "monthly"}}).without("export?")},
			{method: "GET", path: schedule, value: "none", want: errorShape},
			{method: "PATCH", path: schedule, value: "replicas", body: `{"copySettings":[{"cloudProvider":"AWS"}],"policies":[{"policyItems":[` +
				`{"frequencyType":"daily","frequencyInterval":1,"retentionUnit":"days","retentionValue":7}]}]}`, want: scheduleShape},
			{method: "PATCH", path: schedule, value: "replicas", body: `{"autoExportEnabled":true}`, want: errorShape},
			{method: "PATCH", path: schedule, value: "shards", body: `{}`, want: errorShape}, // paused
			{method: "DELETE", path: schedule, value: "zones", want: scheduleShape},

			{method: "POST", path: snapshots, value: "replicas", body: `{"description":"x"}`, want: replicaSetSnapshotShape},
			{method: "POST", path: snapshots, value: "shards", body: `{}`, want: shardedSnapshotShape},
			{method: "POST", path: snapshots, value: "replicas", body: `{}`, want: errorShape}, // one at a time
			{method: "GET", path: snapshots, value: "replicas", want: page(replicaSetSnapshotShape)},
			{method: "GET", path: snapshots, value: "flex", want: errorShape},
			{method: "GET", path: snapshots + "/{snapshotId}", value: "replicas " + snapshot, want: replicaSetSnapshotShape},
			{method: "GET", path: snapshots + "/{snapshotId}", value: "replicas " + failedSnapshot, want: replicaSetSnapshotShape},
			{method: "GET", path: snapshots + "/{snapshotId}", value: "replicas " + someID, want: errorShape},
			{method: "GET", path: snapshots + "/shardedClusters", value: "shards", want: page(shardedSnapshotShape)},
			{method: "GET", path: snapshots + "/shardedCluster/{snapshotId}", value: "shards " + shardedSnapshot, want: shardedSnapshotShape},
			{method: "GET", path: snapshots + "/shardedCluster/{snapshotId}", value: "shards " + someID, want: errorShape},

			{method: "POST", path: jobs, value: "replicas", body: `{"snapshotId":"` + snapshot + `","exportBucketId":"` + ids["AWS"] +
				`","customData":[{"key":"a","value":"b"}]}`, want: replicaSetJobShape},
			{method: "POST", path: jobs, value: "replicas", body: jobBody(snapshot, ids["AWS"]), want: errorShape}, // one at a time
			{method: "POST", path: jobs, value: "shards", body: jobBody(shardedSnapshot, ids["AZURE"]), want: shardedJobShape},
			{method: "GET", path: jobs, value: "replicas", want: page(replicaSetJobShape)},
			{method: "GET", path: jobs, value: "shards", want: page(shardedJobShape)},
			{method: "GET", path: jobs + "/{exportId}", value: "replicas " + failedJob,
				want: replicaSetJobShape.with(shape{"stateReason": shape{"errorCode": "text", "message": "text"}}).without("stateReason?")},
			{method: "GET", path: jobs + "/{exportId}", value: "replicas " + someID, want: errorShape},
			{method: "DELETE", path: snapshots + "/{snapshotId}", value: "replicas " + snapshot},

			{method: "POST", path: endpoints, value: "AWS", body: endpointBody, want: endpointShape},
			{method: "POST", path: endpoints, value: "AWS", body: endpointBody, want: errorShape}, // one of each pair
			{method: "GET", path: endpoints, value: "AWS", want: page(endpointShape)},
			{method: "GET", path: endpoints, value: "GCP", want: errorShape},
			{method: "GET", path: endpoints + "/{endpointId}", value: "AWS " + endpoint, want: endpointShape},
			{method: "GET", path: endpoints + "/{endpointId}", value: "AWS " + someID, want: errorShape},
			{method: "DELETE", path: endpoints + "/{endpointId}", value: "AWS " + endpoint},

			{method: "GET", path: roles, want: rolesShape},
			{method: "GET", path: roles + "/{roleId}", value: roleID, want: roleShape},
			{method: "GET", path: roles + "/{roleId}", value: someID, want: errorShape},
		} {
			tested[tc.method+" "+tc.path] = true
			path := strings.ReplaceAll(tc.path, "{groupId}", projectID)
			values := strings.Fields(tc.value)
			for _, variable := range regexp.MustCompile(`\{\w+\}`).FindAllString(path, -1) {
				path = strings.Replace(path, variable, values[0], 1)
				values = values[1:]
			}
			path += strings.Join(values, "")
			version := tc.version
			if version == "" {
				version = "2025-03-12"
			}
			got := send(t, atlas, tc.method, "/api/atlas/v2"+path, tc.body, withHeader("Accept", "application/vnd.atlas."+version+"+json"))
			if tc.want == nil {
				if got.wantStatus(t, 204).text != "" {
					t.Errorf("%s %s answers %s", tc.method, path, got.text)
				}
				continue
			}
			if isError := got.object(t)["errorCode"] != nil; isError != (got.status >= 400) {
				t.Errorf("%s %s: %d %s", tc.method, path, got.status, got.text)
			}
			for _, violation := range violations(fmt.Sprint(tc.method, " ", path), got.object(t), tc.want) {
				t.Errorf("%s: %s", violation, got.text)
			}
		}
		for _, route := range emulator.Routes() {
			if !tested[route] {
				t.Errorf("no answer of %s is checked", route)
			}
		}
	})
}

func (s shape) without(name string) shape {
	rest := maps.Clone(s)
	delete(rest, name)
	return rest
}
