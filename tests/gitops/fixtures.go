// Package gitops tells how Argo CD, Flux and kstatus judge objects of proton-operator.dev, with the libraries that they judge with.
package gitops

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

// Kinds are the kinds of custom resources, each with a file of fixtures.
var Kinds = []string{"ProtonEnvironment", "ProtonService", "ServiceInstance", "Component"}

// Fixture is an object in one state.
type Fixture struct {
	// Name says which: the reason of Ready, "…, Ready" where Ready is True beside a reason that is also one of others, "…, deleting" while the object
	// is being deleted.
	Name   string                    `json:"name"`
	Object unstructured.Unstructured `json:"object"`
}

// Read reads the fixtures of a kind.
func Read(kind string) ([]Fixture, error) {
	text, err := os.ReadFile(filepath.Join("fixtures", kind+".json"))
	if err != nil {
		return nil, err
	}
	var fixtures []Fixture
	if err := json.Unmarshal(text, &fixtures); err != nil {
		return nil, fmt.Errorf("fixtures of %s: %w", kind, err)
	}
	return fixtures, nil
}
