package emulator

import (
	"fmt"
	"net/http"
)

// postSeed adds what the body describes: see Seed.
func (a *Atlas) postSeed(w http.ResponseWriter, r *http.Request) {
	body, f := readBody(r)
	if f != nil {
		http.Error(w, f.Detail, http.StatusBadRequest)
		return
	}
	if err := a.Seed(body); err != nil {
		writeControlError(w, err)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

// postScheduledSnapshot makes a cluster take a snapshot as its schedule would: see
// TakeScheduledSnapshot. It answers with the snapshot.
func (a *Atlas) postScheduledSnapshot(w http.ResponseWriter, r *http.Request) {
	var in struct {
		ProjectID     string `json:"projectId"`
		ClusterName   string `json:"clusterName"`
		FrequencyType string `json:"frequencyType"`
	}
	if err := decodeControl(w, r, &in); err != nil {
		http.Error(w, fmt.Sprintf("the snapshot cannot be read: %v", err), http.StatusBadRequest)
		return
	}
	taken, err := a.TakeScheduledSnapshot(in.ProjectID, in.ClusterName, in.FrequencyType)
	if err != nil {
		writeControlError(w, err)
		return
	}
	writeControl(w, http.StatusCreated, taken)
}

// paceText is a Pace in the JSON of the control endpoint. Its durations are strings such as "1.5s".
type paceText struct {
	Pace
	Queued     *string `json:"queued"`
	InProgress *string `json:"inProgress"`
}

type pacesText struct {
	Snapshots        paceText `json:"snapshots"`
	ExportJobs       paceText `json:"exportJobs"`
	PrivateEndpoints paceText `json:"privateEndpoints"`
}

func describePace(p Pace) paceText {
	queued, inProgress := p.Queued.String(), p.InProgress.String()
	return paceText{Pace: p, Queued: &queued, InProgress: &inProgress}
}

func describePaces(p Paces) pacesText {
	return pacesText{
		Snapshots:        describePace(p.Snapshots),
		ExportJobs:       describePace(p.ExportJobs),
		PrivateEndpoints: describePace(p.PrivateEndpoints),
	}
}

func (a *Atlas) getPaces(w http.ResponseWriter, _ *http.Request) {
	writeControl(w, http.StatusOK, describePaces(a.Paces()))
}

// patchPaces changes what is sent and nothing else, and answers with all paces.
func (a *Atlas) patchPaces(w http.ResponseWriter, r *http.Request) {
	in := describePaces(a.Paces())
	if err := decodeControl(w, r, &in); err != nil {
		http.Error(w, fmt.Sprintf("the paces cannot be read: %v", err), http.StatusBadRequest)
		return
	}
	var paces Paces
	for _, kind := range []struct {
		name string
		text paceText
		pace *Pace
	}{
		{"snapshots", in.Snapshots, &paces.Snapshots},
		{"exportJobs", in.ExportJobs, &paces.ExportJobs},
		{"privateEndpoints", in.PrivateEndpoints, &paces.PrivateEndpoints},
	} {
		*kind.pace = kind.text.Pace
		err := decodeDuration(kind.name+".queued", kind.text.Queued, &kind.pace.Queued)
		if err == nil {
			err = decodeDuration(kind.name+".inProgress", kind.text.InProgress, &kind.pace.InProgress)
		}
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
	}
	if err := a.SetPaces(paces); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	writeControl(w, http.StatusOK, describePaces(paces))
}
