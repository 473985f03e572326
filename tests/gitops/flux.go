package gitops

import (
	"fmt"
	"os"

	"github.com/google/cel-go/cel"
	"sigs.k8s.io/yaml"
)

// HealthCheck is an entry of `spec.healthCheckExprs` of a Flux Kustomization.
type HealthCheck struct {
	APIVersion string `json:"apiVersion"`
	Kind       string `json:"kind"`
	InProgress string `json:"inProgress"`
	Failed     string `json:"failed"`
	Current    string `json:"current"`
}

// HealthChecks reads the expressions that users copy, by kind.
func HealthChecks() (map[string]HealthCheck, error) {
	text, err := os.ReadFile("../../gitops/flux/healthcheckexprs.yaml")
	if err != nil {
		return nil, err
	}
	var file struct {
		HealthCheckExprs []HealthCheck `json:"healthCheckExprs"`
	}
	if err := yaml.UnmarshalStrict(text, &file); err != nil {
		return nil, err
	}
	checks := map[string]HealthCheck{}
	for _, check := range file.HealthCheckExprs {
		checks[check.Kind] = check
	}
	return checks, nil
}

// Flux judges an object as kustomize-controller does: inProgress, then failed, then current; what is none of them is waited for.
func (check HealthCheck) Flux(object map[string]any) (string, error) {
	for _, stage := range []struct{ expression, status string }{
		{check.InProgress, "InProgress"}, {check.Failed, "Failed"}, {check.Current, "Current"},
	} {
		holds, err := evaluate(stage.expression, object)
		if err != nil {
			return "", fmt.Errorf("%s of %s: %w", stage.status, check.Kind, err)
		}
		if holds {
			return stage.status, nil
		}
	}
	return "InProgress", nil
}

func evaluate(expression string, object map[string]any) (bool, error) {
	names := []string{"apiVersion", "kind", "metadata", "spec", "status"}
	options := make([]cel.EnvOption, 0, len(names))
	for _, name := range names {
		options = append(options, cel.Variable(name, cel.DynType))
	}
	environment, err := cel.NewEnv(options...)
	if err != nil {
		return false, err
	}
	ast, issues := environment.Compile(expression)
	if issues.Err() != nil {
		return false, issues.Err()
	}
	program, err := environment.Program(ast)
	if err != nil {
		return false, err
	}
	given := map[string]any{}
	for _, name := range names {
		given[name] = map[string]any{}
		if member, found := object[name]; found {
			given[name] = member
		}
	}
	result, _, err := program.Eval(given)
	if err != nil {
		return false, err
	}
	holds, ok := result.Value().(bool)
	if !ok {
		return false, fmt.Errorf("%q gives no bool", expression)
	}
	return holds, nil
}
