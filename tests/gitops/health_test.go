package gitops

import (
	"os"
	"strings"
	"testing"

	"sigs.k8s.io/cli-utils/pkg/kstatus/status"
)

// judgement is what the three tools have to say of a state.
type judgement struct{ argo, flux, kstatus string }

var (
	healthy   = judgement{"Healthy", "Current", "Current"}
	away      = judgement{"Healthy", "InProgress", "InProgress"} // deployed, but the endpoint does not answer now
	working   = judgement{"Progressing", "InProgress", "InProgress"}
	stalled   = judgement{"Degraded", "Failed", "Failed"}
	resting   = judgement{"Suspended", "InProgress", "InProgress"}
	leaving   = judgement{"Progressing", "InProgress", "Terminating"}
	blocked   = judgement{"Degraded", "Failed", "Terminating"}
	left      = judgement{"Suspended", "InProgress", "Terminating"}
	notLooked = judgement{"Progressing", "InProgress", "InProgress"}
)

// expected is what is right for every state, by its name.
var expected = map[string]judgement{
	"no status":                    notLooked,
	"Deployed":                     healthy,
	"Observed":                     healthy,
	"DriftDetected, Ready":         healthy,
	"EndpointUnavailable, Ready":   away,
	"Throttled, Ready":             away,
	"Conflict, Ready":              away,
	"Progressing":                  working,
	"Deploying":                    working,
	"Superseding":                  working,
	"Cancelling":                   working,
	"ForeignDeployment":            working,
	"RetryScheduled":               working,
	"RollingBack":                  working,
	"Adopting":                     working,
	"WaitingForDependency":         working,
	"WaitingForInstances":          working,
	"Throttled":                    working,
	"EndpointUnavailable":          working,
	"Conflict":                     working,
	"DeploymentFailed":             stalled,
	"DeploymentCancelled":          stalled,
	"DeploymentTimedOut":           stalled,
	"DeploymentNotAllowed":         stalled,
	"RetriesExhausted":             stalled,
	"RolledBack":                   stalled,
	"RollbackFailed":               stalled,
	"RollbackTargetInvalid":        stalled,
	"InvalidSpec":                  stalled,
	"SpecRefused":                  stalled,
	"ReferenceNotFound":            stalled,
	"NotChangeable":                stalled,
	"NotConverging":                stalled,
	"OwnedElsewhere":               stalled,
	"AlreadyExists":                stalled,
	"RemoteNotFound":               stalled,
	"RemoteMissing":                stalled,
	"RemoteElsewhere":              stalled,
	"DriftDetected":                stalled,
	"AccessDenied":                 stalled,
	"CredentialsRefused":           stalled,
	"ConnectionInvalid":            stalled,
	"QuotaExceeded":                stalled,
	"EndpointIncompatible":         stalled,
	"DeleteFailed":                 stalled,
	"Suspended":                    resting,
	"Deleting, deleting":           leaving,
	"DeletionBlocked, deleting":    blocked,
	"DeleteFailed, deleting":       blocked,
	"DeploymentTimedOut, deleting": blocked,
	"RemoteElsewhere, deleting":    blocked,
	"DeletionSuspended, deleting":  left,
}

// onlyOf names the kinds of states that not every kind has.
var onlyOf = map[string]string{"WaitingForInstances": "ProtonService", "WaitingForDependency": "ServiceInstance Component"}

func judge(t *testing.T, script string, check HealthCheck, fixture Fixture) judgement {
	t.Helper()
	argo, message, err := Argo(script, fixture.Object.Object)
	if err != nil {
		t.Fatalf("%s: the script fails: %v", fixture.Name, err)
	}
	if message == "" || message == "nil" {
		t.Errorf("%s: the script says nothing", fixture.Name)
	}
	flux, err := check.Flux(fixture.Object.Object)
	if err != nil {
		t.Fatalf("%s: an expression fails: %v", fixture.Name, err)
	}
	result, err := status.Compute(&fixture.Object)
	if err != nil {
		t.Fatalf("%s: kstatus fails: %v", fixture.Name, err)
	}
	return judgement{argo, flux, result.Status.String()}
}

func tools(t *testing.T) (string, map[string]HealthCheck) {
	t.Helper()
	script, err := ArgoScript()
	if err != nil || script == "" {
		t.Fatalf("the ConfigMap holds no script: %v", err)
	}
	checks, err := HealthChecks()
	if err != nil {
		t.Fatal(err)
	}
	return script, checks
}

func TestEveryStateOfEveryKind(t *testing.T) {
	script, checks := tools(t)
	for _, kind := range Kinds {
		fixtures, err := Read(kind)
		if err != nil {
			t.Fatal(err)
		}
		check, found := checks[kind]
		if !found || check.APIVersion != "proton-operator.dev/v1alpha1" {
			t.Fatalf("%s has no expressions", kind)
		}
		seen := map[string]bool{}
		for _, fixture := range fixtures {
			seen[fixture.Name] = true
			want, known := expected[fixture.Name]
			if !known {
				t.Errorf("%s: nobody says what is right for %s", kind, fixture.Name)
			} else if got := judge(t, script, check, fixture); got != want {
				t.Errorf("%s %s: %v instead of %v", kind, fixture.Name, got, want)
			}
		}
		for name := range expected {
			if only, limited := onlyOf[name]; !seen[name] && (!limited || strings.Contains(only, kind)) {
				t.Errorf("%s has no fixture for %s", kind, name)
			}
		}
	}
}

// A status that was written for an older generation says nothing about the newest one.
func TestNoStaleGenerationIsReadyOrFailed(t *testing.T) {
	script, checks := tools(t)
	for _, kind := range Kinds {
		fixtures, err := Read(kind)
		if err != nil {
			t.Fatal(err)
		}
		for _, fixture := range fixtures {
			if strings.HasSuffix(fixture.Name, "deleting") {
				continue
			}
			fixture.Object.SetGeneration(fixture.Object.GetGeneration() + 1)
			if got := judge(t, script, checks[kind], fixture); got != notLooked {
				t.Errorf("%s %s: %v for a generation that nobody has looked at", kind, fixture.Name, got)
			}
		}
	}
}

func TestTheConfigMapHoldsTheScript(t *testing.T) {
	script, _ := tools(t)
	file, err := os.ReadFile("../../gitops/argocd/health.lua")
	if err != nil {
		t.Fatal(err)
	}
	if script != string(file) {
		t.Error("argocd-cm.yaml and health.lua differ: copy health.lua into the ConfigMap")
	}
}
